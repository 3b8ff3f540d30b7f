"""Temporary files: in the data directory, and gone with the process that made them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from oboro.opening import open_workspace
from oboro.scratch import scratch_in
from oboro.settings import Settings


def test_temporary_files_lie_in_the_data_directory(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with scratch_in(tmp_path) as scratch:
        with tempfile.NamedTemporaryFile() as file:
            assert Path(file.name).parent == scratch
        assert scratch.parent == tmp_path
        assert scratch.stat().st_mode & 0o777 == 0o700
    assert not scratch.exists()
    assert tempfile.gettempdir() == before


def test_what_a_kill_left_is_cleared_at_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / "scratch" / "left.native"
    left.parent.mkdir()
    left.touch()
    with scratch_in(tmp_path):
        assert not left.exists()


def test_an_open_workspace_makes_its_temporary_files_there(settings: Settings) -> None:
    with open_workspace(settings):
        assert Path(tempfile.gettempdir()) == settings.data_dir.resolve() / "scratch"
