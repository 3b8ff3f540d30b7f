"""The lock: one process owns a data directory, and the next is told which."""

from __future__ import annotations

import dataclasses
import os

import pytest

from oboro.errors import OboroError
from oboro.lock import DirectoryTaken, owned
from oboro.settings import Settings


def test_the_second_owner_is_told_who_is_the_first_and_what_to_do(settings: Settings) -> None:
    with owned(settings), pytest.raises(DirectoryTaken) as caught, owned(settings):
        pass
    message = str(caught.value)
    assert str(settings.data_dir) in message
    assert f"process {os.getpid()}" in message
    assert "OBORO_DATA_DIR" in message
    assert caught.value.status == 3


def test_the_next_owner_may_come_when_the_first_has_gone(settings: Settings) -> None:
    with owned(settings):
        pass
    with owned(settings):
        assert settings.lock_path.read_text() == str(os.getpid())


def test_the_directory_is_made_for_its_owner_alone(settings: Settings) -> None:
    deep = dataclasses.replace(settings, data_dir=settings.data_dir / "a" / "b")
    with owned(deep):
        assert deep.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_is_named(settings: Settings) -> None:
    (settings.data_dir / "file").write_text("")
    wrong = dataclasses.replace(settings, data_dir=settings.data_dir / "file")
    with pytest.raises(OboroError, match="file cannot be used"), owned(wrong):
        pass
