"""Draws: made once, stored whole, the same bytes ever after, whatever is interrupted when."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from aggregator.publish import drawing as drawing_module
from aggregator.publish.budget import FILE, BudgetLedger, subject_of
from aggregator.publish.drawing import Drawing, LedgerBehind
from aggregator.publish.draws import LostDraw, path_of, read_draw
from aggregator.publish.entries import Step
from oboro.errors import OboroError
from tests.support.drawing import (
    APRIL,
    MARCH,
    SITE,
    TABLES,
    TellingNoise,
    a_month,
    bytes_in,
    draw,
    drawing_in,
)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Deadly:
    """Ends the process at the *at*-th of all steps that may be cut short, before or after it."""

    at: int
    seen: int = 0
    names: list[str] = field(default_factory=list)

    def around(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def either(*arguments: Any, **named: Any) -> Any:
            self._pass(f"before {name}")
            answer = step(*arguments, **named)
            self._pass(f"after {name}")
            return answer

        return either

    def _pass(self, name: str) -> None:
        self.seen += 1
        self.names.append(name)
        if self.seen == self.at:
            raise Killed(name)


def live(directory: Path, monkeypatch: pytest.MonkeyPatch, at: int, kept: Any) -> Deadly:
    """Draw in a fresh process, so to speak, that is killed at its *at*-th step."""
    deadly = Deadly(at)
    with monkeypatch.context() as patched, drawing_in(directory) as drawing:
        for owner, name in (
            (BudgetLedger, "reserve"),
            (BudgetLedger, "note"),
            (TellingNoise, "__call__"),
            (os, "posix_fallocate"),
            (os, "fsync"),
            (os, "replace"),
        ):
            patched.setattr(owner, name, deadly.around(name, getattr(owner, name)))
        patched.setattr(kept, "clear", deadly.around("clear", kept.clear))
        with suppress(Killed):
            draw(drawing, kept)
    return deadly


def steps_of_a_whole_draw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    return live(fresh(tmp_path, "count"), monkeypatch, 0, a_month()).seen


def fresh(tmp_path: Path, name: str) -> Path:
    directory = tmp_path / name
    directory.mkdir()
    return directory


def test_every_table_is_drawn_once_and_the_contributions_are_deleted(tmp_path: Path) -> None:
    kept = a_month()
    with drawing_in(fresh(tmp_path, "data")) as drawing:
        draw(drawing, kept)
        noise: Any = drawing.noise
        kept_draw = read_draw(drawing.directory, drawing.ledger, subject_of(SITE, "pages", MARCH))

        assert drawing.detail(SITE, MARCH, "gaps") == {"2026-03-07": "void"}
    assert noise.calls() == ["1 1/4", "8 1/2", "1 1/4"]
    assert kept.cleared == 1
    assert (kept_draw.keys, kept_draw.scale, kept_draw.l0) == (TABLES[1].keys, "16", 8)
    assert len(kept_draw.draws) == 3


def test_a_hundred_re_runs_draw_nothing_and_change_no_byte(tmp_path: Path) -> None:
    directory, kept = fresh(tmp_path, "data"), a_month()
    with drawing_in(directory) as drawing:
        draw(drawing, kept)
    stored = bytes_in(directory)
    for _ in range(100):
        with drawing_in(directory) as drawing:
            draw(drawing, kept)
            noise: Any = drawing.noise
    assert len(stored) == len(noise.calls()) == 3
    assert bytes_in(directory) == stored
    assert kept.cleared == 1


def test_a_kill_at_any_step_never_draws_again_and_never_spends_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = steps_of_a_whole_draw(tmp_path, monkeypatch)
    burned = 0
    for at in range(1, steps + 1):
        directory, kept = fresh(tmp_path, f"killed-{at}"), a_month()
        killed = live(directory, monkeypatch, at, kept)
        before = bytes_in(directory)
        with drawing_in(directory) as drawing:
            draw(drawing, kept)
            noise: Any = drawing.noise
            steps_of = [entry.step for entry in drawing.ledger.entries()]

        name = killed.names[-1]
        assert len(noise.calls()) <= 3, name
        assert steps_of.count(Step.RESERVED) == 3, name
        assert steps_of.count(Step.DRAWN) + steps_of.count(Step.BURNED) == 3, name
        assert before.items() <= bytes_in(directory).items(), name
        assert kept.cleared, name
        burned += steps_of.count(Step.BURNED)
    # Lost is a draw only from the entry that noise is drawn until the file is in its place.
    assert burned == 3 * len(["note", "noise", "noise", "fsync", "fsync", "replace"])
    assert steps >= 40


def test_a_second_kill_at_any_step_after_a_first_one_changes_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = steps_of_a_whole_draw(tmp_path, monkeypatch)
    for first in range(5, steps, 9):
        for second in range(2, steps - first, 11):
            directory, kept = fresh(tmp_path, f"{first}-{second}"), a_month()
            live(directory, monkeypatch, first, kept)
            live(directory, monkeypatch, second, kept)
            before = bytes_in(directory)
            with drawing_in(directory) as drawing:
                draw(drawing, kept)
                noise: Any = drawing.noise
                entries = drawing.ledger.entries()

            assert len(noise.calls()) <= 3
            assert sum(entry.step is Step.RESERVED for entry in entries) == 3
            assert before.items() <= bytes_in(directory).items()


def test_a_full_disk_spends_no_draw_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, kept = fresh(tmp_path, "data"), a_month()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with drawing_in(directory) as drawing:
        with monkeypatch.context() as patched:
            patched.setattr(os, "posix_fallocate", full)
            with pytest.raises(OboroError, match="No space left"):
                draw(drawing, kept)
        assert {entry.step for entry in drawing.ledger.entries()} == {Step.MODE, Step.RESERVED}
        assert (bytes_in(directory), kept.cleared) == ({}, 0)
        draw(drawing, kept)
        noise: Any = drawing.noise
    assert (len(bytes_in(directory)), len(noise.calls())) == (3, 3)


def test_a_limit_on_the_size_of_files_is_met_before_anything_is_drawn(tmp_path: Path) -> None:
    directory, kept = fresh(tmp_path, "data"), a_month()
    with drawing_in(directory) as drawing:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
        try:
            with pytest.raises(OboroError, match=r"budget\.db|cannot be written"):
                draw(drawing, kept)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        noise: Any = drawing.noise
        assert noise.calls() == []
        draw(drawing, kept)
    assert (len(bytes_in(directory)), len(noise.calls())) == (3, 3)


def test_another_period_is_drawn_on_its_own(tmp_path: Path) -> None:
    directory = fresh(tmp_path, "data")
    with drawing_in(directory) as drawing:
        draw(drawing, a_month())
        draw(drawing, a_month(), APRIL)
        noise: Any = drawing.noise
    assert (len(bytes_in(directory)), len(noise.calls())) == (6, 6)


def test_an_old_copy_of_the_ledger_does_not_draw_again(tmp_path: Path) -> None:
    directory = fresh(tmp_path, "data")
    with drawing_in(directory) as drawing:
        draw(drawing, a_month())
    for path in directory.glob(f"{FILE}*"):
        path.unlink()

    with drawing_in(directory) as drawing:
        with pytest.raises(LedgerBehind, match=r"an old copy of budget\.db was put back"):
            draw(drawing, a_month())
        noise: Any = drawing.noise
        assert drawing.ledger.entries() == ()
    assert len(noise.calls()) == 3


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_stored_draw_that_is_not_what_was_written_is_named(tmp_path: Path, how: str) -> None:
    directory = fresh(tmp_path, "data")
    subject = subject_of(SITE, "pages", MARCH)
    with drawing_in(directory) as drawing:
        draw(drawing, a_month())
        path = path_of(directory, subject)
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))

        with pytest.raises(LostDraw, match=str(path)):
            read_draw(directory, drawing.ledger, subject)


def test_the_product_draws_with_nothing_but_what_it_is_given() -> None:
    assert set(Drawing.__dataclass_fields__) == {"ledger", "directory", "noise", "software"}
    assert "opendp" not in vars(drawing_module)
