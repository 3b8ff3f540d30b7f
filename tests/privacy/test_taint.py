"""Nothing that a visitor sends is left anywhere, in whatever form, but the coarse values.

Everything that can be sent is marked and sent to a real server. Then every byte of every file
is searched for the marks: while hits are pending, after they were delivered, after the stop.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy.taint.forms import Search, forms_of
from tests.privacy.taint.marks import Marks, marks_of
from tests.privacy.taint.visitor import Visitor
from tests.privacy.taint.watched import (
    KEPT,
    KEPT_PAGE,
    QUICK,
    Watched,
    wait_until_kept,
    watched_site,
)

PENDING = {"OBORO_TICK_SECONDS": "600"}
PROXIED = {"OBORO_TRUSTED_PROXIES": "127.0.0.0/8"}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """A data directory with one site."""
    return watched_site(tmp_path)


def visit(url: str, everybody: list[Marks], key: str) -> None:
    """Have every visitor send everything, and read the page that is kept."""
    for marks in everybody:
        visitor = Visitor(url, marks, key)
        statuses = visitor.send_everything()
        assert statuses.count(202) >= 8 + 11, "events by the site's server are not taken"
        assert max(statuses) < 500
        assert visitor.read(KEPT_PAGE) == 202


@pytest.mark.parametrize("proxied", [{}, PROXIED], ids=["reached directly", "behind a proxy"])
@pytest.mark.parametrize("visitors", [2, pytest.param(300, marks=pytest.mark.soak)])
def test_no_mark_of_a_visitor_is_left_anywhere(
    watched: Watched, proxied: dict[str, str], visitors: int
) -> None:
    everybody = [marks_of(number) for number in range(visitors)]
    # Visitors beyond the first few only make the rows more; all leave by the same ways.
    looked_for = [
        Search({f"{name} of visitor {n}": mark for name, mark in marks.as_bytes().items()})
        for n, marks in enumerate(everybody[:5])
    ]
    kept = Search({"page": KEPT})
    everywhere = (watched.data_dir, watched.said)

    with watched.serving(**PENDING, **proxied) as url:
        visit(url, everybody, watched.key)
        assert [search.found_under(*everywhere) for search in looked_for] == [{}] * len(looked_for)
        assert kept.found_under(watched.data_dir), "the spool was not searched"

    with watched.serving(**QUICK, **proxied) as url:
        visit(url, everybody, watched.key)
        wait_until_kept(watched, KEPT)
        assert [search.found_under(*everywhere) for search in looked_for] == [{}] * len(looked_for)
    dumped = watched.dumped().read_bytes()
    for table in (b"coarse_events", b"contributions"):
        _, _, rows = dumped.partition(b"# oboro." + table + b"\n")
        assert kept.found_in(rows.partition(b"\n# ")[0]), f"{table!r} was not searched"
    assert [search.found_under(*everywhere) for search in looked_for] == [{}] * len(looked_for)


def test_a_leak_into_any_place_is_found(watched: Watched) -> None:
    marks = marks_of(0)
    search = Search(marks.as_bytes())
    with watched.serving(**QUICK) as url:
        # An ordinary path is kept, so a mark that stands in one stands for a leak.
        Visitor(url, marks).read(f"/leak/{marks.title}")
        wait_until_kept(watched, marks.title.encode())
    (watched.said / "stderr-1").write_text(f"400 from {marks.address}\n")

    found = search.found_under(watched.data_dir, watched.said, watched.dumped())

    assert found.pop(str(watched.said / "stderr-1")) == {"address (plain)"}
    assert "title (plain)" in found.pop(str(watched.said / "tables"))
    assert any(str(watched.data_dir) in path for path in found)


@given(seed=st.integers(0, 1000), before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_mark_is_found_in_every_form(seed: int, before: bytes, after: bytes) -> None:
    mark = marks_of(seed).mail.encode()
    search = Search({"mail": mark})

    for form, written in forms_of(mark):
        assert search.found_in(before + written + after), form


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_a_mark_is_found_within_a_longer_base64_text(shift: int) -> None:
    text = base64.b64encode(b"x" * shift + b"taro@example.jp" + b"yz")

    assert Search({"mail": b"taro@example.jp"}).found_in(text)
