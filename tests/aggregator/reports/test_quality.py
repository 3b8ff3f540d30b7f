"""What is known of the days of a report: refusals, marks, and how far back figures go."""

from __future__ import annotations

from datetime import date

from aggregator.reports.periods import Period
from aggregator.reports.quality import quality
from oboro.site_changes import SiteChange
from oboro.store import Store
from tests.support.kept_facts import CLEARED, a_fact, keep

SITE = "example.jp"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def test_refusals_are_summed_by_reason_within_the_period(store: Store) -> None:
    store.insert(
        "outcomes",
        ("site", "day", "outcome", "n", "batch"),
        [
            (SITE, MONDAY, "counted", 7, CLEARED),
            (SITE, TUESDAY, "counted", 5, CLEARED),
            (SITE, TUESDAY, "bot", 2, CLEARED),
            (SITE, WEDNESDAY, "bot", 9, CLEARED),
            ("other.jp", TUESDAY, "bot", 3, CLEARED),
        ],
    )

    assert quality(store, SITE, Period(MONDAY, TUESDAY)).outcomes == {"bot": 2, "counted": 12}


def test_marks_and_labels_of_days_are_told(store: Store) -> None:
    store.insert(
        "days",
        ("site", "day", "node", "state", "label", "version"),
        [
            (SITE, MONDAY, "one", "open", "", 1),
            (SITE, MONDAY, "one", "partial", "", 2),
            (SITE, TUESDAY, "one", "void", "", 1),
            (SITE, TUESDAY, "two", "imported", "demonstration", 1),
            (SITE, WEDNESDAY, "one", "partial", "", 1),
        ],
    )

    known = quality(store, SITE, Period(MONDAY, TUESDAY)).document()

    assert known["partial_days"] == ["2026-03-02"]
    assert known["void_days"] == ["2026-03-03"]
    assert known["labels"] == ["demonstration"]


def test_what_the_operator_changed_is_told_by_day(store: Store) -> None:
    changes = [SiteChange(MONDAY, "events"), SiteChange(MONDAY, "sections")]

    known = quality(store, SITE, Period(MONDAY, TUESDAY), changes).document()

    assert known["changes"] == [{"day": "2026-03-02", "what": ["events", "sections"]}]


def test_days_on_which_nothing_arrived_between_two_with_figures_are_silent(store: Store) -> None:
    thursday = date(2026, 3, 5)
    keep(store, [a_fact(SITE, day, "total", "") for day in (TUESDAY, thursday)])
    columns = ("site", "day", "outcome", "n", "batch")
    rows = [(SITE, TUESDAY, "counted", 7, CLEARED), (SITE, thursday, "bot", 2, CLEARED)]
    store.insert("outcomes", columns, rows)

    known = quality(store, SITE, Period(MONDAY, date(2026, 3, 9)))

    assert known.silent == (WEDNESDAY,)
    assert known.document()["silent_days"] == ["2026-03-04"]


def test_the_days_from_which_hits_are_counted_in_another_way_are_told(store: Store) -> None:
    days = [date(2026, 3, number) for number in range(2, 9)]
    keep(store, [a_fact(SITE, day, "total", "") for day in days])
    columns = ("site", "day", "node", "state", "label", "version")
    imported = [days[2], days[3]]
    store.insert("days", columns, [(SITE, day, "", "imported", "", 1) for day in imported])
    # Marked for want of memory, and imported all the same.
    store.insert("days", columns, [(SITE, days[3], "", "partial", "", 2)])

    assert quality(store, SITE, Period(days[0], days[-1])).seams() == [days[2], days[4]]
    assert quality(store, SITE, Period(days[3], days[3])).seams() == []


def test_a_mark_that_was_taken_back_is_not_told(store: Store) -> None:
    columns = ("site", "day", "node", "state", "label", "version")
    store.insert("days", columns, [(SITE, MONDAY, "one", "partial", "", 1)])
    store.insert("days", columns, [(SITE, MONDAY, "one", "open", "", 2)])

    assert quality(store, SITE, Period(MONDAY, MONDAY)).marked == ()


def test_how_far_back_figures_go_does_not_depend_on_the_period(store: Store) -> None:
    keep(store, [a_fact(SITE, day, "total", "") for day in (MONDAY, WEDNESDAY)])
    keep(store, [a_fact("other.jp", date(2025, 1, 1), "total", "")])

    known = quality(store, SITE, Period(TUESDAY, TUESDAY))

    assert (known.kept_from, known.kept_to) == (MONDAY, WEDNESDAY)


def test_a_site_without_figures_has_no_oldest_day(store: Store) -> None:
    known = quality(store, SITE, Period(MONDAY, MONDAY))

    assert (known.kept_from, known.kept_to) == (None, None)
