"""Publications with defaults; a test names only what matters to it."""

from __future__ import annotations

from typing import Any

from oboro.publication import Figure, Gap, Publication, PublicKeys, PublishedTable


def a_figure(key: str, draw: int, **changed: int) -> Figure:
    """Return a figure whose intervals reach 3 to both sides of *draw*."""
    known = max(draw, 0)
    values = {
        "draw": draw,
        "draw_low": draw - 3,
        "draw_high": draw + 3,
        "figure": known,
        "low": max(known - 3, 0),
        "high": known + 3,
    }
    return Figure(key=key, **{**values, **changed})


def a_table(name: str = "totals", *figures: Figure, **changed: Any) -> PublishedTable:
    """Return a table of the closed kind, of one figure unless some are given."""
    values: dict[str, Any] = {
        "topic": "" if name == "totals" else name,
        "bound": "once",
        "l0": 1,
        "linf": 1,
        "epsilon": "1/20",
        "scale": "20",
        "mechanism": "discrete Laplace",
        "key_set": PublicKeys(kind="closed", version=1),
        "purpose": "how many visitor-days the site had",
        "figures": figures or (a_figure("visitor-days", 1000),),
    }
    return PublishedTable(name=name, **{**values, **changed})


def a_publication(*tables: PublishedTable, **changed: Any) -> Publication:
    """Return the first publication of example.jp, for one month."""
    values: dict[str, Any] = {
        "site": "example.jp",
        "zone": "Asia/Tokyo",
        "first": "2026-10-01",
        "last": "2026-10-31",
        "cadence": "month",
        "periods": (("2026-10-01", "2026-10-31"),),
        "policy_version": 1,
        "epsilon": "1",
        "distinct": 8,
        "number": 1,
        "previous": None,
        "label": "",
        "gaps": (Gap(day="2026-10-07", code="void"),),
        "tables": tables or (a_table(),),
        "software": "0.1.0",
    }
    return Publication(**{**values, **changed})
