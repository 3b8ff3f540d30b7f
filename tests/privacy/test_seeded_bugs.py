"""Every seeded privacy bug turns something red, and it is known what; honest code turns nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.privacy.seeded_bugs.bugs import BUGS, Bug
from tests.privacy.seeded_bugs.detectors import turned_red

ROOT = Path(__file__).parents[2]


def test_honest_publications_turn_nothing_red(tmp_path: Path) -> None:
    assert turned_red(tmp_path) == set()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_seeded_bug_is_found_and_by_this(
    bug: Bug, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug.seed(monkeypatch)

    assert turned_red(tmp_path) == bug.red


def test_every_detector_finds_some_bug() -> None:
    red = {each for bug in BUGS for each in bug.red}

    for what in ("attack:", "audit", "bound:", "refused:", "same again", "own map"):
        assert any(each.startswith(what) for each in red), what


def test_the_manual_says_which_bugs_are_seeded_and_what_finds_them() -> None:
    written = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
    rows = {f"| {bug.name} | {'; '.join(sorted(bug.red))} |" for bug in BUGS}

    assert rows - set(written.splitlines()) == set()
