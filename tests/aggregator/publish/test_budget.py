"""The budget ledger: nothing is spent twice, nothing is changed, all or nothing is spent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from aggregator.publish.budget import FILE, BudgetLedger, subject_of
from aggregator.publish.entries import BrokenChain, Step
from aggregator.publish.periods import Period
from oboro.errors import Conflict, OboroError

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
WEEK = Period(date(2026, 3, 30), date(2026, 4, 5))
ONE = Fraction(1)
HALF = Fraction(1, 2)
WHOLE = {"totals": ONE}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[BudgetLedger]:
    ledger = BudgetLedger.open(tmp_path)
    yield ledger
    ledger.close()


def reserve(
    ledger: BudgetLedger,
    period: Period = MARCH,
    epsilons: Mapping[str, Fraction] = WHOLE,
    site: str = "a.jp",
) -> None:
    ledger.reserve(site, period, epsilons, cap=ONE, details={"gaps": {}})


def tampered(directory: Path, statement: str) -> None:
    with sqlite3.connect(directory / FILE) as connection:
        for trigger in ("never_update", "never_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    connection.close()


def test_the_ledger_lies_in_its_directory_also_where_the_name_has_a_percent_sign(
    tmp_path: Path,
) -> None:
    (tmp_path / "a%62").mkdir()
    (tmp_path / "ab").mkdir()
    BudgetLedger.open(tmp_path / "a%62").close()

    assert [path.relative_to(tmp_path) for path in tmp_path.glob("*/*")] == [Path("a%62") / FILE]


def test_what_is_reserved_is_there_after_a_restart(ledger: BudgetLedger, tmp_path: Path) -> None:
    reserve(ledger, MARCH, {"totals": HALF, "pages": HALF})
    again = BudgetLedger.open(tmp_path)

    assert again.entries() == ledger.entries()
    assert again.reserved("a.jp", MARCH) == ["totals", "pages"]
    again.close()


def test_a_period_is_reserved_once(ledger: BudgetLedger) -> None:
    reserve(ledger)
    before = ledger.entries()
    reserve(ledger)
    reserve(ledger, MARCH, {"pages": ONE})

    assert ledger.entries() == before


def test_more_than_the_cap_is_refused_whole(ledger: BudgetLedger) -> None:
    with pytest.raises(Conflict, match="would cost 3/2 of each visitor-day"):
        reserve(ledger, MARCH, {"totals": HALF, "pages": ONE})

    assert ledger.entries() == ()


@pytest.mark.parametrize(
    "other",
    [
        WEEK,
        Period(date(2026, 3, 31), date(2026, 3, 31)),
        Period(date(2026, 2, 1), date(2026, 4, 30)),
        Period(date(2026, 3, 1), date(2026, 3, 30)),
    ],
)
def test_days_that_were_drawn_are_not_drawn_with_others(
    ledger: BudgetLedger, other: Period
) -> None:
    reserve(ledger)
    before = ledger.entries()

    with pytest.raises(Conflict, match="was drawn with the period 2026-03-01 to 2026-03-31"):
        reserve(ledger, other)

    assert ledger.entries() == before
    reserve(ledger, other, site="b.jp")


def test_a_site_is_published_in_one_mode(ledger: BudgetLedger) -> None:
    reserve(ledger)

    with pytest.raises(Conflict, match="are published by differential privacy"):
        ledger.reserve(
            "a.jp",
            Period(date(2026, 4, 1), date(2026, 4, 30)),
            {"totals": ONE},
            cap=ONE,
            details={},
            mode="suppression",
        )

    assert len(ledger.entries()) == 2


def test_no_step_is_done_twice(ledger: BudgetLedger) -> None:
    reserve(ledger)
    subject = subject_of("a.jp", "totals", MARCH)
    ledger.note(subject, Step.DRAWING)

    with pytest.raises(Conflict, match="has this already: drawing of totals"):
        ledger.note(subject, Step.DRAWING)


def test_two_who_have_the_file_open_cannot_spend_the_same(
    ledger: BudgetLedger, tmp_path: Path
) -> None:
    other = BudgetLedger.open(tmp_path)
    reserve(ledger)

    with pytest.raises(OboroError):
        reserve(other)
    other.close()


@pytest.mark.parametrize("statement", ["DELETE FROM entries", "UPDATE entries SET site = 'b.jp'"])
def test_the_file_itself_refuses_a_change(
    ledger: BudgetLedger, tmp_path: Path, statement: str
) -> None:
    reserve(ledger)
    connection = sqlite3.connect(tmp_path / FILE)

    with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE entries SET details = '{}' WHERE number = 2", 2),
        ("UPDATE entries SET last = '2026-03-30' WHERE number = 3", 3),
        ("DELETE FROM entries WHERE number = 1", 1),
        ("DELETE FROM entries WHERE number = 2", 2),
        ("UPDATE entries SET hash = previous WHERE number = 1", 1),
    ],
)
def test_a_change_in_the_middle_is_found_and_named(
    tmp_path: Path, statement: str, number: int
) -> None:
    ledger = BudgetLedger.open(tmp_path)
    reserve(ledger, MARCH, {"totals": HALF, "pages": HALF})
    ledger.close()
    tampered(tmp_path, statement)

    with pytest.raises(BrokenChain, match=f"at its entry {number};"):
        BudgetLedger.open(tmp_path)


@how(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(1, 4), st.integers(1, 6)),
        max_size=12,
    )
)
def test_no_day_ever_costs_more_than_the_cap(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[int, int, int, int]]
) -> None:
    ledger = BudgetLedger.open(tmp_path_factory.mktemp("ledger"))
    tables = ("totals", "pages", "devices", "hours")
    for begin, length, count, denominator in asked:
        first = date.fromordinal(date(2026, 1, 1).toordinal() + begin)
        period = Period(first, date.fromordinal(first.toordinal() + length))
        try:
            reserve(ledger, period, {name: Fraction(1, denominator) for name in tables[:count]})
        except Conflict:
            continue
    spent: dict[date, Fraction] = {}
    for entry in ledger.entries():
        if entry.step is Step.RESERVED:
            for day in Period(entry.subject.first, entry.subject.last).days():
                spent[day] = spent.get(day, Fraction(0)) + Fraction(entry.details["epsilon"])
    ledger.close()

    assert all(each <= 1 for each in spent.values())
