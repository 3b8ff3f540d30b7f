"""The collector as it runs: from a request on a socket to rows, and what a stop leaves."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest

from collector.databases import paths_of
from collector.room import ROOM
from oboro.clock import ManualClock
from oboro.contributions import PUBLICATION_TABLES
from oboro.rooms import delivering_of
from oboro.serve import running
from oboro.services import ClosedDays, LiveFigures, Spooling
from oboro.site_changes import DATABASES, SiteChange
from oboro.site_keys import SiteKey, digest_of, written
from oboro.workspace import Workspace
from tests.support.arrivals import CHROME
from tests.support.workspace import NOON, TOKYO, a_site, quick

SECONDS = 15
DAY = "2026-03-04"


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """A workspace with one site, whose server writes at every tick."""
    workspace.settings = quick(workspace.settings)
    workspace.catalog.add_site(a_site())
    return workspace


async def send(
    url: str, page: str = "/kurashi/", *, site: str = "example.jp", **headers: str
) -> int:
    hit = {"site": site, "url": f"https://{site}{page}"}
    sent = {"User-Agent": CHROME, **{name.replace("_", "-"): v for name, v in headers.items()}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/hit", json=hit, headers=sent) as answer,
    ):
        return answer.status


async def metrics(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        return await answer.text()


async def until(holds: Callable[[], Any]) -> Any:
    """Wait for *holds* to answer with something, and return that."""
    async with asyncio.timeout(SECONDS):
        while not (answer := await asyncio.to_thread(holds)):
            await asyncio.sleep(0.02)
    return answer


def rows(workspace: Workspace, topic: str) -> dict[str, list[int]]:
    found = workspace.store.query(
        "SELECT value, sum(views), sum(visits), sum(visitors) FROM coarse_events"
        " WHERE topic = {topic:String} GROUP BY value",
        {"topic": topic},
    )
    return {value: counts for value, *counts in found}


def outcomes(workspace: Workspace) -> dict[str, int]:
    return dict(workspace.store.query("SELECT outcome, sum(n) FROM outcomes GROUP BY outcome"))


def contributed(workspace: Workspace) -> dict[str, int]:
    found = workspace.store.query(
        "SELECT publication_table, sum(n) FROM contributions GROUP BY publication_table"
    )
    return dict(found)


def days(workspace: Workspace) -> list[tuple[str, str, str]]:
    found = workspace.store.query("SELECT site, toString(day), state FROM days FINAL")
    return [(site, day, state) for site, day, state in found]


def clock_of(workspace: Workspace) -> ManualClock:
    assert isinstance(workspace.clock, ManualClock)
    return workspace.clock


async def test_a_hit_becomes_rows_and_a_live_figure(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        statuses = [await send(url, page) for page in ("/kurashi/", "/", "/kurashi/")]
        live = here.find(LiveFigures)
        figures = (live.now("example.jp"), sum(live.views("example.jp"))) if live else None
        await until(lambda: _ripen(here) and rows(here, "total") == {"": [3, 1, 1]})

    assert statuses == [202] * 3
    assert figures == (1, 3)
    assert rows(here, "page") == {"/kurashi": [2, 1, 1], "/": [1, 1, 1]}
    assert rows(here, "entry") == {"/kurashi": [0, 1, 1]}


async def test_a_servers_events_with_the_sites_key_become_rows(here: Workspace) -> None:
    key = written(bytes(range(32)))
    here.catalog.add_site_key(SiteKey(digest_of(key), "example.jp", NOON))
    event = {"url": "/kurashi/", "opted_out": False, "address": "192.0.2.1", "agent": CHROME}
    yesterday = {**event, "at": "2026-03-03T12:00:00+09:00"}
    async with running(here, [ROOM], {}) as url, aiohttp.ClientSession() as session:
        answers = []
        for events in ([event, {**event, "opted_out": True}, yesterday], {"opted_out": True}):
            for sent in (key, f"{key}x"):
                headers = {"Authorization": f"Bearer {sent}"}
                async with session.post(
                    f"{url}/api/events", json=events, headers=headers
                ) as answer:
                    answers.append((answer.status, await answer.text()))
        kept = {"counted": 1, "late": 1, "invalid": 2}
        await until(lambda: _ripen(here) and outcomes(here) == kept and rows(here, "total"))

    assert [status for status, _ in answers] == [202, 401, 202, 401]
    assert [said for _, said in answers[::2]] == ['{"late":[2]}', '{"late":[]}']
    assert rows(here, "page") == {"/kurashi": [1, 1, 1]}


async def test_who_opted_out_leaves_no_trace_at_all(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        await until(lambda: _ripen(here) and rows(here, "total"))
        before = await at_rest(here, url)

        statuses = {await send(url, f"/{number}/", DNT="1") for number in range(20)}

        assert statuses == {202}
        assert await at_rest(here, url) == before


async def test_a_database_that_is_added_is_noted_on_every_site(here: Workspace) -> None:
    here.catalog.add_site(a_site("quiet.example"))
    today = date.fromisoformat(DAY)
    async with running(here, [ROOM], {}):
        for path in paths_of(here.settings, "network"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("", "utf-8")
        for host in ("example.jp", "quiet.example"):
            noted = partial(here.catalog.site_changes, host, today, today)
            assert await until(noted) == [SiteChange(today, DATABASES)]


async def test_visits_end_when_they_are_idle(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        clock_of(here).advance(timedelta(minutes=32))

        await until(lambda: _ripen(here) and rows(here, "exit") == {"/kurashi": [0, 1, 0]})


async def test_a_clean_stop_ends_visits_and_marks_the_day(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        marked_while_running = days(here)
        assert (here.settings.data_dir / "running").exists()

    assert marked_while_running == []
    assert days(here) == [("example.jp", DAY, "partial")]
    assert not (here.settings.data_dir / "running").exists()
    async with running(_afresh(here), [ROOM], {}):
        await until(lambda: _ripen(here) and rows(here, "exit") == {"/kurashi": [0, 1, 0]})


async def test_a_stop_marks_the_day_of_every_site_whether_anybody_came_or_not(
    here: Workspace,
) -> None:
    here.catalog.add_site(a_site("quiet.example"))
    here.catalog.add_site(dataclasses.replace(a_site("made.example"), demonstration=True))
    async with running(here, [ROOM], {}) as url:
        await send(url)

    assert days(here) == [("example.jp", DAY, "partial"), ("quiet.example", DAY, "partial")]


async def test_a_start_after_a_crash_marks_that_day(here: Workspace) -> None:
    (here.settings.data_dir / "running").write_text("Asia/Tokyo 2026-03-02\n")

    async with running(here, [ROOM], {}):
        marked = days(here)

    assert marked == [("example.jp", "2026-03-02", "partial")]


async def test_more_keys_than_there_is_room_for_make_the_day_void(here: Workspace) -> None:
    here.settings = dataclasses.replace(here.settings, ledger_keys=1)
    async with running(here, [ROOM], {}) as url:
        for language in ("ja", "en"):
            await send(url, Accept_Language=language)

        await until(lambda: days(here) == [("example.jp", DAY, "void")])


async def test_a_site_that_is_removed_leaves_memory(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        live = here.find(LiveFigures)
        assert live is not None

        here.catalog.remove_site("example.jp")

        await until(lambda: not live.arrived("example.jp"))
        assert await send(url) == 404


async def test_a_hit_at_a_server_whose_spool_is_full_is_told_to_come_again(
    here: Workspace,
) -> None:
    here.settings = dataclasses.replace(here.settings, spool_megabytes=0)
    async with running(here, [ROOM], {}) as url:
        assert (await send(url), await send(url, DNT="1")) == (503, 503)
        spooling = here.find(Spooling)
        assert spooling is not None
        assert not spooling.has_room()


async def test_hits_of_two_days_of_a_site_lie_on_its_own_days(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        clock_of(here).set(here.clock.now().astimezone(TOKYO) + timedelta(days=1))
        await send(url)
        await until(lambda: _ripen(here) and rows(here, "total") == {"": [2, 2, 2]})

    found = here.store.query("SELECT DISTINCT toString(day) AS d FROM coarse_events ORDER BY d")
    assert found == [(DAY,), ("2026-03-05",)]


async def test_a_visitors_day_is_counted_once_in_each_publication_table(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        for page in ("/kurashi/", "/", "/kurashi/"):
            await send(url, page)
        await until(lambda: _ripen(here) and contributed(here).get("pages") == 2)

    expected = dict.fromkeys(PUBLICATION_TABLES, 1) | {"pages": 2}
    assert contributed(here) == expected


async def test_after_a_restart_nobody_is_counted_again_before_midnight(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
    async with running(_afresh(here), [ROOM], {}) as url:
        await send(url)
        await until(lambda: _ripen(here) and rows(here, "total") == {"": [2, 2, 2]})
        # Contributions are a batch of their own, which comes after the rows.
        await until(lambda: _ripen(here) and bool(contributed(here)))
        assert contributed(here)["totals"] == 1

        clock_of(here).set(NOON + timedelta(days=1))
        noted = here.settings.data_dir / "forming"
        await until(lambda: "2026-03-05" in noted.read_text())
        await send(url)
        await until(lambda: _ripen(here) and contributed(here)["totals"] == 2)


async def test_a_site_that_is_declared_while_the_server_runs_counts_its_first_visitor(
    here: Workspace,
) -> None:
    here.settings = dataclasses.replace(here.settings, tick_seconds=3600)
    async with running(here, [ROOM], {}) as url:
        here.catalog.add_site(a_site("new.jp"))
        assert await send(url, site="new.jp") == 202
    here.settings = dataclasses.replace(here.settings, tick_seconds=0.02)
    async with running(_afresh(here), [ROOM], {}):
        await until(lambda: _ripen(here) and contributed(here).get("totals") == 1)


async def test_a_day_without_room_is_marked_by_the_next_start_if_the_mark_was_lost(
    here: Workspace,
) -> None:
    here.settings = dataclasses.replace(here.settings, ledger_keys=1, tick_seconds=3600)
    async with running(here, [ROOM], {}) as url:
        for language in ("ja", "en"):
            await send(url, Accept_Language=language)
    here.store.command("TRUNCATE TABLE days")

    async with running(_afresh(here), [ROOM], {}):
        assert days(here) == [("example.jp", DAY, "void")]


async def test_a_hit_of_a_closed_day_is_refused_and_counted_late(here: Workspace) -> None:
    async with running(here, [ROOM], {}) as url:
        await send(url)
        delivering = delivering_of(here)
        assert await delivering.pending("example.jp", NOON.date())
        here.offer(ClosedDays, Closed())

        assert await send(url, "/late/") == 202
        await delivering.end_visits("example.jp", NOON.date())

        async with asyncio.timeout(SECONDS):
            while await delivering.pending("example.jp", NOON.date()):
                await asyncio.sleep(0.02)
                _ripen(here)
        assert rows(here, "total") == {"": [1, 1, 1]}
        assert rows(here, "exit") == {"/kurashi": [0, 1, 0]}
        late = "SELECT toString(day), sum(n) FROM outcomes WHERE outcome = 'late' GROUP BY day"
        assert await until(lambda: here.store.query(late)) == [(DAY, 1)]


class Closed:
    """All days are."""

    def is_closed(self, site: str, day: date) -> bool:
        return True


async def at_rest(workspace: Workspace, url: str) -> object:
    """Return all that is kept and shown, once several ticks have changed nothing of it."""
    found: list[object] = []
    async with asyncio.timeout(SECONDS):
        while len(found) < 3 or any(one != found[-1] for one in found[-3:]):
            await asyncio.sleep(0.1)
            kept = await asyncio.to_thread(everything_kept, workspace)
            found.append((kept, await metrics(url)))
    return found[-1]


def everything_kept(workspace: Workspace) -> object:
    """Return every row of every table, and every file of the data directory but the store's."""
    tables = ("coarse_events", "outcomes", "contributions", "days")
    files = [path for path in workspace.settings.data_dir.iterdir() if path.is_file()]
    return (
        # The names are those above.
        {name: workspace.store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in tables},  # noqa: S608
        {path.name: path.read_bytes() for path in files},
    )


def _ripen(workspace: Workspace) -> bool:
    """Let the ten minutes pass in which a quiet site's facts wait."""
    clock_of(workspace).advance(timedelta(seconds=0.1))
    return True


def _afresh(workspace: Workspace) -> Workspace:
    """Return the workspace of a later process."""
    return dataclasses.replace(workspace, services={})


@pytest.mark.parametrize(("kept", "marks"), [(True, []), (False, [("example.jp", DAY, "partial")])])
async def test_a_stop_ends_visits_unless_a_keeper_has_them(
    here: Workspace, monkeypatch: pytest.MonkeyPatch, kept: bool, marks: list[tuple[str, str, str]]
) -> None:
    here.settings = dataclasses.replace(here.settings, handover_seconds=60)
    monkeypatch.setattr("collector.running.left_with_keeper", lambda *_: kept)
    async with running(here, [ROOM], {}) as url:
        await send(url)
        await until(lambda: _ripen(here) and rows(here, "total"))
    monkeypatch.undo()
    here.settings = dataclasses.replace(here.settings, handover_seconds=0)

    assert days(here) == marks
    assert (here.settings.data_dir / "running").exists() == kept
