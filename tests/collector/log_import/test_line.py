from __future__ import annotations

import calendar
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.log_import.line import LineReader, text_of
from tests.support.log_lines import a_common_line, a_line

READER = LineReader()


def test_a_combined_line_tells_when_from_where_and_what() -> None:
    line = READER.read(a_line(referrer="https://www.google.com/", agent="Some Browser/1.0"))
    assert line is not None
    assert line.at == datetime(2026, 3, 2, 1, 5, 3, tzinfo=UTC).timestamp()
    assert line.method == b"GET"
    assert line.target == b"/kurashi/"
    assert line.status == b"200"
    assert line.referrer == b"https://www.google.com/"
    assert line.agent == b"Some Browser/1.0"


def test_a_common_line_has_neither_referrer_nor_agent() -> None:
    line = READER.read(a_common_line())
    assert line is not None
    assert (line.referrer, line.agent) == (b"", b"")


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.77", bytes((192, 0, 2, 0))),
        ("2001:db8:1:2::3", bytes.fromhex("20010db80001") + bytes(10)),
        ("::ffff:192.0.2.77", bytes((192, 0, 2, 0))),
        ("visitor.example", b""),
        ("192.0.2.999", b""),
    ],
)
def test_only_the_truncated_network_of_an_address_is_read(host: str, network: bytes) -> None:
    line = READER.read(a_line(host=host))
    assert line is not None
    assert line.network == network


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\n",
        b"\x00\xff\xfe binary",
        a_line()[:40],
        a_line()[:-1],
        a_line(request="-"),
        a_line(request="GET"),
        a_line(request="\\x16\\x03\\x01\\x02"),
        a_line(status="-"),
        a_line(time="31/Feb/2026:10:05:03 +0900"),
        a_line(time="02/Foo/2026:10:05:03 +0900"),
        a_line(time="02/Mar/0001:10:05:03 +0900"),
        a_line(time="02/Mar/1994:10:05:03 +0900"),
        a_line(time="02/Mar/2026:24:05:03 +0900"),
        a_line(time="02/Mar/2026:10:65:03 +0900"),
        a_line(time="02/Mar/2026:10:05:03"),
        a_line(time="2026-03-02T10:05:03+09:00"),
    ],
)
def test_what_is_no_line_of_a_log_is_unreadable(damaged: bytes) -> None:
    assert READER.read(damaged) is None


@pytest.mark.parametrize(
    ("request_line", "target"),
    [
        ("GET / HTTP/1.1", b"/"),
        ("GET /old", b"/old"),
        ("GET /two words HTTP/1.1", b"/two words"),
        ('GET /a\\"b HTTP/1.1', b'/a\\"b'),
    ],
)
def test_the_target_is_what_stands_between_method_and_protocol(
    request_line: str, target: bytes
) -> None:
    line = READER.read(a_line(request=request_line))
    assert line is not None
    assert line.target == target


def test_a_time_is_read_with_its_own_offset() -> None:
    tokyo = READER.read(a_line(time="02/Mar/2026:10:00:00 +0900"))
    utc = READER.read(a_line(time="02/Mar/2026:01:00:00 +0000"))
    newfoundland = READER.read(a_line(time="01/Mar/2026:21:30:00 -0330"))
    assert tokyo is not None
    assert utc is not None
    assert newfoundland is not None
    assert tokyo.at == utc.at == newfoundland.at


@given(st.integers(788_918_400, 4_102_444_799))
def test_every_moment_since_1995_is_read_back(at: int) -> None:
    moment = datetime.fromtimestamp(at, UTC)
    month = calendar.month_abbr[moment.month]
    line = READER.read(a_line(time=f"{moment:%d}/{month}/{moment:%Y:%H:%M:%S} +0000"))
    assert line is not None
    assert line.at == at


def test_a_field_is_read_as_utf8_or_else_as_latin1() -> None:
    assert text_of("café".encode()) == "café"
    assert text_of("café".encode("latin-1")) == "café"
    assert text_of(rb"caf\xc3\xa9 \"x\"") == 'café "x"'


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(line: bytes) -> None:
    READER.read(line)
    text_of(line)


_WHOLE = a_line(agent="Some Browser/1.0", more=' "-" "1"')
_PIECES = (b" ", b"\t", b"[", b"]", b"-", b'" "', b"7", b"GET /a HTTP/1.1", b"\xff", b"\x00", b"")


def test_an_escaped_quote_ends_no_field() -> None:
    line = READER.read(a_line(agent=r"Some \" \" Browser"))
    assert line is not None
    assert text_of(line.agent) == 'Some " " Browser'


def test_a_line_is_read_alike_with_an_escape_behind_all_of_its_fields() -> None:
    changed = {
        _WHOLE[:place] + piece + _WHOLE[place + dropped :]
        for place in range(len(_WHOLE))
        for dropped in (0, 1, 6)
        for piece in _PIECES
    }
    # Only in the combined format may anything follow, and it has three quoted fields.
    combined = [line for line in changed if line.count(b'"') >= 6]
    assert len(combined) > 1000
    for line in combined:
        assert READER.read(line + b" \\") == READER.read(line)


@pytest.mark.parametrize(
    ("fields", "more", "objected"),
    [
        (("sec-gpc",), ' "1"', True),
        (("sec-gpc",), ' "-"', False),
        (("dnt",), ' "1"', True),
        (("opt-out",), ' "1"', True),
        (("opt-out",), ' "0"', False),
        (("cookie",), ' "a=b; __Host-oboro-optout=1; c=d"', True),
        (("cookie",), ' "oboro-optout=1"', True),
        (("cookie",), ' "a=oboro-optout"', False),
        (("-", "sec-gpc"), ' "203.0.113.5" "1"', True),
        (("-", "sec-gpc"), ' "1" "-"', False),
        (("cookie", "sec-gpc"), ' "-" "1" "more" of it', True),
    ],
)
def test_a_declared_field_tells_an_objection(
    fields: tuple[str, ...], more: str, objected: bool
) -> None:
    line = LineReader(fields).read(a_line(more=more))
    assert line is not None
    assert line.objected is objected


@pytest.mark.parametrize("more", ["", " 1", ' "1'])
def test_a_line_that_lacks_a_declared_field_is_unreadable(more: str) -> None:
    assert LineReader(("sec-gpc",)).read(a_line(more=more)) is None


def test_a_line_shows_nothing_of_itself() -> None:
    assert repr(READER.read(a_line())) == "<LogLine>"
