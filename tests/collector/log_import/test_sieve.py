from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.log_import.line import LineReader
from collector.log_import.sieve import Page, Sieve, Tally
from tests.support.log_lines import a_line
from tests.support.workspace import NOON, a_site


def sieve(*fields: str) -> Sieve:
    return Sieve(a_site(), LineReader(fields), now=int(NOON.timestamp()))


def refused(line: bytes, *fields: str) -> Tally:
    tally = Tally()
    assert sieve(*fields).take(line, tally) is None
    return tally


def test_a_page_of_the_site_goes_on_as_text() -> None:
    page = sieve().take(a_line(referrer="https://www.google.com/"), tally := Tally())
    assert page is not None
    assert page == Page(
        at=int(datetime(2026, 3, 2, 1, 5, 3, tzinfo=UTC).timestamp()),
        network=bytes((192, 0, 2, 0)),
        agent=page.agent,
        url="https://example.jp/kurashi/",
        referrer="https://www.google.com/",
    )
    assert tally.lines == 1
    assert not tally.refused


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (a_line(request="POST /form HTTP/1.1"), "method"),
        (a_line(request="HEAD / HTTP/1.1"), "method"),
        (a_line(status="404"), "status"),
        (a_line(status="206"), "status"),
        (a_line(request="GET /a.css HTTP/1.1"), "asset"),
        (a_line(request="GET /feed/ HTTP/1.1"), "feed"),
    ],
)
def test_what_is_no_view_of_a_page_is_refused_under_its_day(line: bytes, reason: str) -> None:
    tally = refused(line)
    assert tally.refused == {reason: 1}
    assert tally.by_day == {date(2026, 3, 2): {reason: 1}}


def test_an_objection_comes_before_everything_else_and_leaves_no_day() -> None:
    tally = refused(a_line(request="POST /form HTTP/1.1", more=' "1"'), "sec-gpc")
    assert tally.refused == {"opted_out": 1}
    assert tally.by_day == {}


@pytest.mark.parametrize("time", ["04/Mar/2026:12:00:01 +0900", "02/Mar/2126:10:05:03 +0900"])
def test_a_line_of_the_future_is_invalid(time: str) -> None:
    tally = refused(a_line(time=time))
    assert tally.invalid == 1
    assert tally.by_day == {}


def test_days_are_those_of_the_sites_zone() -> None:
    tally = refused(a_line(time="01/Mar/2026:16:00:00 +0000", status="404"))
    assert tally.by_day == {date(2026, 3, 2): {"status": 1}}


LINES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda at, line, noise: line[:at] + noise + line[at:],
        st.integers(0, 200),
        st.sampled_from([a_line(), a_line(status="404"), a_line(request="GET /a.css HTTP/1.1")]),
        st.binary(max_size=4),
    ),
)


@given(st.lists(LINES, max_size=30))
def test_every_line_is_a_page_or_refused_or_invalid_whatever_its_bytes(lines: list[bytes]) -> None:
    one, tally = sieve(), Tally()
    pages = [page for line in lines if (page := one.take(line, tally))]
    assert len(pages) + tally.refused.total() + tally.invalid == tally.lines == len(lines)


def test_a_page_shows_nothing_of_itself() -> None:
    assert repr(sieve().take(a_line(), Tally())) == "<Page>"
