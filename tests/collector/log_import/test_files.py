from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.log_import import files
from collector.log_import.files import LONGEST_LINE, check_readable, lines_of
from oboro.errors import UsageError


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)))
def test_lines_come_out_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    plain = tmp_path_factory.mktemp("logs") / "access.log"
    packed = plain.with_suffix(".log.gz")
    plain.write_bytes(b"".join(line + b"\n" for line in lines))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert list(lines_of(packed)) == lines or plain.read_bytes()[:2] == b"\x1f\x8b"
    if plain.read_bytes()[:2] != b"\x1f\x8b":
        assert list(lines_of(plain)) == lines


def test_a_last_line_without_its_end_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\ntwo")
    assert list(lines_of(tmp_path / "log")) == [b"one", b"two"]


def test_an_endless_line_is_cut_and_its_rest_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PIECE", 1000)
    (tmp_path / "log").write_bytes(b"a\n" + b"x" * (3 * LONGEST_LINE) + b"\nb\n")
    lines = list(lines_of(tmp_path / "log"))
    assert [line[:1] for line in lines] == [b"a", b"x", b"b"]
    assert len(lines[1]) == LONGEST_LINE


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"")
    assert list(lines_of(tmp_path / "log")) == []


@pytest.mark.parametrize("kept", [5, 60, -20])
@pytest.mark.parametrize("more", [b"", bytes(40)])
def test_a_damaged_archive_is_an_error_that_names_the_file(
    tmp_path: Path, kept: int, more: bytes
) -> None:
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 400)[:kept] + more)
    with pytest.raises(UsageError, match=r"access\.log\.gz is a damaged gzip archive"):
        list(lines_of(path))


def test_a_directory_and_a_missing_file_are_errors_that_name_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a directory"):
        check_readable([tmp_path])
    with pytest.raises(UsageError, match=r"absent\.log cannot be read: No such file"):
        check_readable([tmp_path / "absent.log"])


def test_a_pipe_is_an_error_that_names_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="pipe is no file"):
        check_readable([tmp_path / "pipe"])
