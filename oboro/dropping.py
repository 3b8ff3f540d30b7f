"""Drop rows of sites from tables that are cut into days, and say how many there were."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from oboro.day_locks import DayLocks
from oboro.rooms import Progress
from oboro.sql import load_sql
from oboro.store import Store

DAYS_AT_ONCE = 30
"""Days held at once: the writer waits for those of them that it has rows for."""

BY_NODE = frozenset({"coarse_events", "outcomes", "contributions"})
"""Tables whose days are cut once more, by the collector that wrote the rows."""

SiteDay = tuple[str, date]

_STAGING = threading.Lock()
"""Held by whoever has rows of a table staged: there is one such table for each."""


def drop_rows(store: Store, table: str, days: Mapping[date, Collection[str]]) -> dict[SiteDay, int]:
    """Delete the rows that the sites of each of *days* have in *table*; return how many each had.

    The caller holds the days' locks: nobody else's rows can join a day that is then dropped. What
    other collectors wrote lies in partitions of theirs, where they go on writing: only the rows go.
    """
    dropped: dict[SiteDay, int] = {}
    there: dict[date, dict[str, int]] = {}
    others: list[SiteDay] = []
    by_node = table in BY_NODE
    counts = store.query(
        _sql("rows_of_nodes" if by_node else "rows_of_days"),
        {"table": table, "days": sorted(days), "node": store.node},
    )
    for day, site, rows, ours in counts:
        if ours:
            there.setdefault(day, {})[site] = rows
        elif site in set(days[day]):
            others.append((site, day))
            dropped[site, day] = rows
    if others:
        _drop_from_others(store, table, others)
    shared: dict[date, list[str]] = {}
    for day, sites in there.items():
        gone = sorted(sites.keys() & set(days[day]))
        if len(gone) == len(sites):
            drop = _sql("drop_node_day" if by_node else "drop_day")
            store.command(drop, {"table": table, "day": day, "node": store.node})
        elif gone:
            shared[day] = gone
        for site in gone:
            dropped[site, day] = dropped.get((site, day), 0) + sites[site]
    if shared:
        _drop_from_shared(store, table, shared)
    return dropped


def _drop_from_others(store: Store, table: str, site_days: Sequence[SiteDay]) -> None:
    """Delete *site_days* from what other collectors wrote, in one step for all of them.

    A collector may just be putting sums in such a day's place, which it took from the rows as they
    were. So it is told before they go and once they are gone: it looks there before it sums and
    after its sums are in place. What was not done by the first look, it drops again.
    """
    ((last,),) = store.query(_sql("last_drop"))
    _tell(store, table, site_days, last + 1, "begun")
    store.command(
        _sql("drop_from_others"),
        {
            "table": table,
            "node": store.node,
            "sites": [site for site, _ in site_days],
            "days": [day for _, day in site_days],
        },
    )
    _tell(store, table, site_days, last + 1, "done")


def _tell(store: Store, table: str, site_days: Collection[SiteDay], number: int, step: str) -> None:
    rows = [(table, site, day, number, step) for site, day in sorted(set(site_days))]
    store.insert("dropped_rows", ("table_name", "site", "day", "number", "step"), rows)


def _drop_from_shared(store: Store, table: str, days: Mapping[date, Collection[str]]) -> None:
    """Replace each of *days* by what the other sites have of it.

    A mutation would do it in one statement, but copies every part of the table there is, also
    those of other days: with two years of days it takes minutes. A kill leaves each day either as
    it was or without the sites; what was staged is dropped by the next call.
    """
    names = {"table": table, "staging": f"dropping_{table}"}
    with _STAGING:
        store.command(_sql("drop_staged_others"), names)
        # The engine takes no parameter for a table that others are made from, so each has its own.
        store.command(_sql(f"{table}.stage_others"))
        for day, sites in days.items():
            of_day = {"day": day, "node": store.node}
            keep = _sql("keep_node_others" if table in BY_NODE else "keep_others")
            store.command(keep, {**names, **of_day, "sites": list(sites)})
            store.command(_sql(f"{table}.replace_day"), of_day)
        store.command(_sql("drop_staged_others"), names)


def erase_sites(
    store: Store,
    locks: DayLocks,
    sites: Collection[str],
    progress: Progress,
    *,
    but: Collection[str] = (),
) -> dict[str, int]:
    """Delete every row of *sites* from every table that names sites, but for the tables *but*.

    Returns how many rows there were, by table. A table that is added later is not forgotten: the
    store itself is asked which there are.
    """
    erased = {}
    for table, cut_into_days in store.query(_sql("tables_of_sites"), {"but": list(but)}):
        if cut_into_days:
            erased[table] = _erase_days(store, locks, table, sites, progress)
        else:
            parameters = {"table": table, "sites": list(sites)}
            ((erased[table],),) = store.query(_sql("rows_of_sites"), parameters)
            if erased[table]:
                store.command(_sql("drop_sites"), parameters)
    return erased


def _erase_days(
    store: Store, locks: DayLocks, table: str, sites: Collection[str], progress: Progress
) -> int:
    rows = store.query(_sql("days_of_sites"), {"table": table, "sites": list(sites)})
    days = [day for (day,) in rows]
    erased = 0
    for begin in range(0, len(days), DAYS_AT_ONCE):
        some = days[begin : begin + DAYS_AT_ONCE]
        with locks.holding(*some):
            erased += sum(drop_rows(store, table, dict.fromkeys(some, sites)).values())
        progress(f"removing {table}", begin + len(some), len(days))
    return erased


def _sql(name: str) -> str:
    return load_sql("oboro.statements", f"{name}.sql")
