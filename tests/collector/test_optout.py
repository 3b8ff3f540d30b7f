"""An objection is honoured however it is said."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from collector.optout import opted_out


@pytest.mark.parametrize(
    "header",
    [
        ("Cookie", "oboro-optout=1"),
        ("Cookie", "a=b; __Host-oboro-optout=1"),
        ("Cookie", "a=b;__Secure-oboro-optout=1;c=d"),
        ("Cookie", 'broken"; =; oboro-optout=1; {"x": 2}'),
        ("cookie", "oboro-optout="),
        ("Sec-GPC", "1"),
        ("sec-gpc", " 1 "),
        ("DNT", "1"),
        ("DNT", "1, 1"),
        ("Sec-GPC", "0,1"),
    ],
)
def test_an_objection_is_seen(header: tuple[str, str]) -> None:
    assert opted_out(CIMultiDict([header]))


@pytest.mark.parametrize(
    "header",
    [
        ("Cookie", "oboro-optout2=1; x-oboro-optout=1; session=oboro-optout=1"),
        ("Cookie", ""),
        ("Sec-GPC", "0"),
        ("DNT", "0"),
        ("DNT", "null"),
        ("X-DNT", "1"),
    ],
)
def test_what_is_no_objection_is_none(header: tuple[str, str]) -> None:
    assert not opted_out(CIMultiDict([header]))


def test_an_objection_in_a_second_header_of_the_same_name_is_seen() -> None:
    assert opted_out(CIMultiDict([("Cookie", "a=b"), ("Cookie", "oboro-optout=1")]))
    assert opted_out(CIMultiDict([("DNT", "0"), ("DNT", "1")]))
