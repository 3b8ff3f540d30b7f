"""Two real collectors on one store: one is killed, one falls silent, one is given up."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from oboro.clock import SystemClock
from tests.faults.test_store_away import dsn
from tests.support.clickhouse_front import fronted
from tests.support.several_nodes import (
    HITS,
    JOBS,
    Cluster,
    Collector,
    cluster,
    delivered,
    until,
    view,
)
from tests.support.whole_server import HOST


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Cluster]:
    """A store on a server, and nobody on it yet."""
    with fronted(tmp_path / "server") as front, cluster(tmp_path, dsn(front.url)) as made:
        yield made


def first_of(nodes: Cluster) -> Collector:
    """Start the collector with the jobs, on which one site is declared."""
    first = nodes.add("first", JOBS)
    added = first.oboro("site", "add", HOST, "--timezone", "UTC")
    assert added.status == 0, added.err
    first.start()
    return first


def second_of(nodes: Cluster, **changed: str) -> Collector:
    """Start another one, and wait until the first has noticed: that is the day of a change."""
    second = nodes.add("second", HITS, **changed)
    second.start()
    until(lambda: knows(nodes.collectors["first"], "second"), "the first one noticed nothing")
    return second


def knows(collector: Collector, name: str) -> bool:
    """Tell whether *collector* waits for the one called *name*, as its metrics tell."""
    with urlopen(f"{collector.url}/metrics") as answer:
        return f'oboro_node_silent_seconds{{node="{name}"}}' in answer.read().decode()


async def seen_by_both(nodes: Cluster, first: Collector, second: Collector) -> date:
    """Count twelve views at either on the day after they met, and return that day."""
    evening = datetime.combine(SystemClock().now() + timedelta(days=1), time(20), UTC)
    nodes.move_to(evening)
    await asyncio.sleep(3)
    await asyncio.gather(*(view(first.url, n) for n in range(12)))
    await asyncio.gather(*(view(second.url, n) for n in range(100, 112)))
    await delivered(first.url)
    await delivered(second.url)
    return evening.date()


def closed(collector: Collector, day: date) -> Any:
    """Return the site's closed day, or None while it is not."""
    done = collector.oboro("close-day", "--day", str(day), "--json")
    return done.document["sites"] if done.status == 0 else None


def failures(collector: Collector) -> list[dict[str, Any]]:
    document = collector.oboro("jobs", "--json").document
    return [failure for job in document["jobs"] for failure in job["failed"]]


def report(collector: Collector, day: date) -> dict[str, Any]:
    done = collector.oboro(
        "report", "--site", HOST, "--from", str(day), "--to", str(day), "--metrics",
        "views,visitors", "--by", "page", "--json",
    )  # fmt: skip
    assert done.status == 0, done.err
    document: dict[str, Any] = done.document
    return document


async def test_a_killed_collector_comes_back_and_hands_its_days_in(nodes: Cluster) -> None:
    first, second = first_of(nodes), second_of(nodes)
    day = await seen_by_both(nodes, first, second)
    second.end(signal.SIGKILL)

    nodes.move_to(datetime.combine(day + timedelta(days=1), time(1, 30), UTC))
    # The day before, when they met, it may have handed in or not before it was killed.
    waits = until(
        lambda: [
            each for each in failures(first) if "second" in each["why"] and each["day"] == str(day)
        ],
        "nobody waits for the collector that was killed",
    )
    assert {each["code"] for each in waits} == {"not-closed"}
    refused = first.oboro("close-day", "--day", str(day))
    assert refused.status == 3
    assert "oboro node retire" in refused.err

    second.start()
    [site] = until(lambda: closed(first, day), "the day was not closed after all had handed it in")
    assert site["state"] == "closed"
    assert report(first, day)["totals"] == {"views": 24, "visitors": 24}
    # Its memory was lost on that day, and the other one's was not.
    assert nodes.marks(day) == {"second": "partial"}
    assert report(first, day)["quality"]["partial_days"] == [str(day)]


async def test_a_silent_collector_blocks_raises_an_alarm_and_can_be_given_up(
    nodes: Cluster,
) -> None:
    first, second = first_of(nodes), second_of(nodes)
    day = await seen_by_both(nodes, first, second)
    refused = first.oboro("node", "retire", "second")
    assert refused.status == 3
    assert "runs" in refused.err
    second.end(signal.SIGKILL)

    nodes.move_to(datetime.combine(day + timedelta(days=2), time(1, 30), UTC))
    alarm = until(
        lambda: [each for each in failures(first) if each["code"] == "node-silent"],
        "nobody raised an alarm",
    )
    assert alarm[0]["alarm"]
    assert "second" in alarm[0]["why"]
    assert closed(first, day) is None
    listed = {
        each["node"]: each["state"]
        for each in first.oboro("node", "list", "--json").document["nodes"]
    }
    assert listed == {"first": "running", "second": "silent"}

    given_up = first.oboro("node", "retire", "second", "--json")
    assert given_up.status == 0, given_up.err
    assert {"site": HOST, "day": str(day)} in given_up.document["days"]
    assert until(lambda: closed(first, day), "the day was not closed after the retirement")
    # What had reached the store is counted; the rest is lost, and the day says so.
    assert report(first, day)["totals"] == {"views": 24, "visitors": 24}
    assert nodes.marks(day) == {"second": "partial"}
    until(lambda: not [each for each in failures(first) if each["alarm"]], "the alarm has no end")


async def test_one_that_was_given_up_comes_back_and_what_it_held_is_late(nodes: Cluster) -> None:
    first = first_of(nodes)
    # What it takes waits in its spool: no tick comes before it is killed.
    second = second_of(nodes, OBORO_TICK_SECONDS="100000")
    evening = datetime.combine(SystemClock().now() + timedelta(days=1), time(20), UTC)
    nodes.move_to(evening)
    day = evening.date()
    await asyncio.gather(*(view(first.url, n) for n in range(12)))
    await asyncio.gather(*(view(second.url, n) for n in range(100, 107)))
    await delivered(first.url)
    second.end(signal.SIGKILL)
    nodes.move_to(datetime.combine(day + timedelta(days=2), time(1, 30), UTC))
    assert first.oboro("node", "retire", "second").status == 0
    assert until(lambda: closed(first, day), "the day was not closed after the retirement")

    quick = nodes.add("second", HITS)
    quick.start()
    until(lambda: knows(first, "second"), "the first one noticed nothing")
    until(lambda: nodes.outcomes(day).get(("second", "late")), "what it held was not told as late")
    assert nodes.outcomes(day) == {("first", "counted"): 12, ("second", "late"): 7}
    assert report(first, day)["totals"] == {"views": 12, "visitors": 12}
    assert [each for each in failures(first) if each["code"] == "left-over"] == []


async def test_a_copied_data_directory_is_noticed_and_the_earlier_process_stops(
    nodes: Cluster, tmp_path: Path
) -> None:
    first_of(nodes)
    second = second_of(nodes)
    (tmp_path / "copy").mkdir()
    for name in ("node", "catalog.db"):
        shutil.copy(second.directory / name, tmp_path / "copy" / name)
    nodes.add("second", HITS, directory="copy").start()
    assert await asyncio.to_thread(second.ended) == 0
    assert "another process counts as second" in second.log.read_text()


async def test_a_site_that_is_declared_is_counted_by_all_within_seconds(nodes: Cluster) -> None:
    first, second = first_of(nodes), second_of(nodes)
    added = first.oboro("site", "add", "new.jp", "--timezone", "UTC")
    assert added.status == 0, added.err
    until(lambda: "new.jp" in second.oboro("site", "list").out, "the second one knows nothing")


async def test_one_name_is_one_data_directory_and_jobs_run_in_one_place(nodes: Cluster) -> None:
    first, second = first_of(nodes), second_of(nodes)
    same = nodes.add("second", HITS, directory="copy").oboro("serve", "--port", "0", *HITS)
    assert same.status == 3
    assert "another data directory counts as second" in same.err
    jobs = nodes.add("third", JOBS).oboro("serve", "--port", "0", *JOBS)
    assert jobs.status == 3
    assert "the collector first runs the jobs" in jobs.err
    renamed = nodes.add("fourth", HITS, directory="second")
    second.end()
    other = renamed.oboro("serve", "--port", "0", *HITS)
    assert other.status == 2
    assert "is the data directory of the collector second" in other.err
    elsewhere = second.oboro("site", "add", "other.jp", "--timezone", "UTC")
    assert elsewhere.status == 3
    assert "done by the collector first" in elsewhere.err
    assert first.process is not None
    assert first.process.poll() is None


async def test_an_erased_site_leaves_every_collector(nodes: Cluster) -> None:
    first = first_of(nodes)
    added = first.oboro("site", "add", "stays.jp", "--timezone", "UTC")
    assert added.status == 0, added.err
    # What it takes waits in its spool: no tick comes before it is stopped.
    second = second_of(nodes, OBORO_TICK_SECONDS="100000")
    await asyncio.gather(*(view(first.url, n) for n in range(12)))
    await asyncio.gather(*(view(second.url, n) for n in range(100, 112)))
    await delivered(first.url)
    second.end()
    assert HOST in nodes.spooled("second")

    refused = first.oboro("erase", "--site", HOST, "--yes")
    assert refused.status == 3
    assert "the collector second has not said" in refused.err
    # Started as it was, it cannot have brought anything to the store before the rows are gone.
    second.start()
    done = first.oboro("erase", "--site", HOST, "--yes", "--json")
    assert done.status == 0, done.err
    assert done.document["rows"]["coarse_events"] > 0
    second.end()
    assert HOST not in nodes.spooled("second")

    # Neither its ticks nor its sums bring anything back.
    quick = nodes.add("second", HITS)
    quick.start()
    await asyncio.gather(*(view(quick.url, n, site="stays.jp") for n in range(100, 112)))
    until(lambda: "stays.jp" in nodes.batched("second"), "no tick came")
    for each in (first, quick):
        each.end()
        each.start()
    until(lambda: nodes.batched("second") == {"stays.jp": False}, "its rows were not summed")
    quick.end()
    assert HOST not in nodes.spooled("second")
    assert nodes.tables_with(HOST) <= {"receipts", "dropped_rows"}
    nothing = first.oboro("erase", "--site", HOST, "--yes", "--json")
    assert nothing.status == 2


async def test_one_with_the_jobs_that_was_given_up_stops_once_it_finds_its_successor(
    nodes: Cluster,
) -> None:
    first, second = first_of(nodes), second_of(nodes)
    second.end()
    # The successor was not there when this was declared.
    added = first.oboro("site", "add", "new.jp", "--timezone", "UTC")
    assert added.status == 0, added.err
    until(lambda: nodes.declares("new.jp"), "it was not handed on")
    assert first.process is not None
    first.process.send_signal(signal.SIGSTOP)
    nodes.move_to(SystemClock().now() + timedelta(minutes=10))
    given_up = second.oboro("node", "retire", "first")
    assert given_up.status == 0, given_up.err
    successor = nodes.add("second", JOBS)
    successor.start()
    assert "new.jp" in successor.oboro("site", "list").out

    first.process.send_signal(signal.SIGCONT)
    assert await asyncio.to_thread(first.ended) == 0
    assert "the collector second runs the jobs" in first.log.read_text()
    again = first.oboro("serve", "--port", "0", *JOBS)
    assert again.status == 3
    assert "the collector second runs the jobs" in again.err
    # With its own hits it is welcome; the successor is not disturbed.
    back = nodes.add("first", HITS)
    back.start()
    until(lambda: knows(successor, "first"), "the successor noticed nothing")
    assert successor.process is not None
    assert successor.process.poll() is None

    # And it runs the jobs again once the other one is given up, by what was declared meanwhile.
    assert successor.oboro("site", "add", "newer.jp", "--timezone", "UTC").status == 0
    until(lambda: nodes.declares("newer.jp"), "it was not handed on")
    successor.end(signal.SIGKILL)
    back.end()
    nodes.move_to(SystemClock().now() + timedelta(minutes=20))
    assert first.oboro("node", "retire", "second").status == 0
    nodes.add("first", JOBS).start()
    assert "newer.jp" in first.oboro("site", "list").out
