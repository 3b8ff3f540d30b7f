"""Whether a day forms contributions hangs on the clock and on when collectors ran only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from collector.forming import Forming
from tests.support.workspace import NOON, a_site

SITES = (a_site(), a_site("other.jp"))
DAY = date(2026, 3, 4)
NEXT = DAY + timedelta(days=1)
MIDNIGHT = NOON + timedelta(hours=12)


def begun(directory: Path, at_hours: float = 0) -> Forming:
    """Return what a collector that starts so many hours after noon decides by."""
    forming = Forming(directory / "forming")
    forming.begin(SITES, NOON + timedelta(hours=at_hours))
    return forming


def test_a_first_collector_forms_contributions_at_once(tmp_path: Path) -> None:
    forming = begun(tmp_path)

    assert forming.forms("example.jp", DAY)
    assert not forming.forms("example.jp", NEXT)
    assert not forming.forms("unknown.jp", DAY)
    assert (tmp_path / "forming").read_text() == "example.jp 2026-03-04\nother.jp 2026-03-04\n"


def test_a_later_collector_forms_none_until_the_next_midnight(tmp_path: Path) -> None:
    begun(tmp_path)

    later = begun(tmp_path, 1)
    assert not later.forms("example.jp", DAY)
    later.note(SITES, MIDNIGHT)

    assert later.forms("example.jp", NEXT)


def test_a_day_that_is_given_up_stays_so_and_the_next_one_forms_again(tmp_path: Path) -> None:
    forming = begun(tmp_path)

    forming.give_up(SITES, NOON)

    assert not forming.forms("example.jp", DAY)
    assert ("example.jp", DAY) not in forming.formed()
    forming.note(SITES, NOON + timedelta(minutes=1))
    assert not forming.forms("example.jp", DAY)
    forming.note(SITES, MIDNIGHT)
    assert forming.forms("example.jp", NEXT)


def test_a_day_is_noted_before_its_first_moment(tmp_path: Path) -> None:
    forming = begun(tmp_path)

    forming.note(SITES, MIDNIGHT - timedelta(minutes=9))

    assert forming.forms("example.jp", NEXT)
    assert "example.jp 2026-03-05\n" in (tmp_path / "forming").read_text()


def test_a_start_right_before_midnight_does_not_give_up_the_day_that_comes(tmp_path: Path) -> None:
    begun(tmp_path).note(SITES, MIDNIGHT - timedelta(minutes=9))

    later = begun(tmp_path, 12 - 8 / 60)

    assert not later.forms("example.jp", DAY)
    assert later.forms("example.jp", NEXT)


def test_a_site_that_was_not_counted_before_a_restart_forms_contributions_at_once(
    tmp_path: Path,
) -> None:
    begun(tmp_path)
    later = Forming(tmp_path / "forming")
    later.begin((*SITES, a_site("new.jp")), NOON + timedelta(hours=1))

    assert later.forms("new.jp", DAY)


def test_a_day_that_another_one_followed_never_comes_back(tmp_path: Path) -> None:
    forming = begun(tmp_path)
    forming.note(SITES, MIDNIGHT)

    forming.note(SITES, NOON)

    assert not forming.forms("example.jp", DAY)


def test_a_site_that_was_removed_and_added_again_waits_for_midnight(tmp_path: Path) -> None:
    forming = begun(tmp_path)
    forming.note(SITES[1:], NOON)

    forming.note(SITES, NOON)

    assert not forming.forms("example.jp", DAY)
    assert forming.forms("other.jp", DAY)


def test_the_file_forgets_days_that_are_long_over(tmp_path: Path) -> None:
    forming = begun(tmp_path)

    forming.note(SITES[:1], NOON + timedelta(days=30))

    assert (tmp_path / "forming").read_text() == "example.jp 2026-04-03\n"


def test_a_file_that_cannot_be_read_is_no_reason_not_to_start(tmp_path: Path) -> None:
    (tmp_path / "forming").write_bytes(b"\xff\x00 nonsense\nexample.jp\n")

    assert begun(tmp_path).forms("example.jp", DAY)
