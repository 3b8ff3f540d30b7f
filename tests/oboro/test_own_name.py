"""Names of our own are those that were declared, and those that can lead nowhere else."""

from __future__ import annotations

import pytest

from oboro.own_name import is_own_name


@pytest.mark.parametrize(
    ("named", "own"),
    [
        ("", True),
        ("localhost:8000", True),
        ("LOCALHOST", True),
        ("127.0.0.1:8000", True),
        ("10.0.0.5", True),
        ("[::1]:8000", True),
        ("stats.example.jp", True),
        ("STATS.example.jp:443", True),
        ("www.town.example.jp", True),
        ("town.example.jp.", True),
        ("elsewhere.example", False),
        ("elsewhere.example:8000", False),
        ("localhost.elsewhere.example", False),
        ("127.0.0.1.elsewhere.example", False),
        ("town.example.jp.elsewhere.example", False),
        ("xtown.example.jp", False),
    ],
)
def test_a_name_is_own_where_it_was_declared_or_cannot_lead_elsewhere(
    named: str, own: bool
) -> None:
    assert is_own_name(named, ("stats.example.jp",), {"town.example.jp"}) is own
