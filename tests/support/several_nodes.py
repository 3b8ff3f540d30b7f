"""Several collectors in processes of their own, on one ClickHouse front and one clock."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import aiohttp

from collector.spooling.file import SpoolFile
from oboro.clock import SystemClock
from oboro.randomness import SystemRandomness
from oboro.settings import Settings
from oboro.store import Store
from tests.support.command_line import Finished, environment
from tests.support.whole_server import AGENT, HOST, figures_of

QUICK = {
    "OBORO_TICK_SECONDS": "0.2",
    "OBORO_TICK_KEYS": "1",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    "OBORO_JOB_SECONDS": "1",
    "OBORO_TRUSTED_PROXIES": "127.0.0.1/32",
}
JOBS, HITS = ("--collector", "--jobs"), ("--collector",)
PATIENCE_SECONDS = 120.0


@dataclass(slots=True)
class Collector:
    """One collector: a name, a data directory, and a process while it runs."""

    name: str
    options: tuple[str, ...]
    directory: Path
    settings: Mapping[str, str]
    clock: Path
    process: subprocess.Popen[str] | None = None
    url: str = ""

    def oboro(self, *arguments: str) -> Finished:
        """Run a command on the data directory."""
        done = subprocess.run(
            self._command(*arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def start(self) -> None:
        """Serve on a free port, and wait until it answers."""
        with self.log.open("a") as errors:
            self.process = subprocess.Popen(
                self._command("serve", "--port", "0", "--json", *self.options),
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        self.url = json.loads(line)["url"]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send the process a signal, and wait for its end."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end of the process, and return its status."""
        assert self.process is not None
        with self.process as process:
            status = process.wait(PATIENCE_SECONDS)
        self.process = None
        return status

    @property
    def log(self) -> Path:
        """Where the process complains."""
        return self.directory.with_suffix(".log")

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.support.moved_clock", str(self.clock), *arguments]

    def _environment(self) -> dict[str, str]:
        return environment(self.directory, **self.settings, OBORO_NODE=self.name)


@dataclass(slots=True)
class Cluster:
    """Collectors by name, on one store and one clock that the test moves."""

    directory: Path
    store_url: str
    settings: Mapping[str, str]
    collectors: dict[str, Collector] = field(default_factory=dict)

    @property
    def clock(self) -> Path:
        """The file that says how far ahead the clock is."""
        return self.directory / "clock"

    def add(
        self, name: str, options: tuple[str, ...], directory: str = "", **changed: str
    ) -> Collector:
        """Return the collector *name*, which is not started yet."""
        settings = {**QUICK, **self.settings, "OBORO_STORE_URL": self.store_url, **changed}
        path = self.directory / (directory or name)
        added = Collector(name, options, path, settings, self.clock)
        self.collectors[directory or name] = added
        return added

    def marks(self, day: date) -> dict[str, str]:
        """Return what each collector has marked *day* as."""
        sql = "SELECT node, state FROM days FINAL WHERE day = {day:Date}"
        with closing(
            Store.open(Settings(data_dir=self.directory, store_url=self.store_url))
        ) as store:
            return dict(store.query(sql, {"day": day}))

    def outcomes(self, day: date) -> dict[tuple[str, str], int]:
        """Return what became of the arrivals of *day*, by collector and outcome."""
        sql = "SELECT node, outcome, sum(n) FROM outcomes WHERE day = {day:Date} GROUP BY 1, 2"
        settings = Settings(data_dir=self.directory, store_url=self.store_url)
        with closing(Store.open(settings)) as store:
            return {(node, outcome): n for node, outcome, n in store.query(sql, {"day": day})}

    def spooled(self, name: str) -> set[str]:
        """Return the sites of which anything lies in the spool of the collector *name*."""
        path = self.collectors[name].directory / "spool.db"
        with closing(SpoolFile.open(path, SystemRandomness())) as file:
            return {site for site, _ in file.all_site_days()}

    def tables_with(self, site: str) -> set[str]:
        """Return the tables of the store that have a row of *site*."""
        with closing(
            Store.open(Settings(data_dir=self.directory, store_url=self.store_url))
        ) as store:
            tables = store.query(
                "SELECT DISTINCT table FROM system.columns"
                " WHERE database = currentDatabase() AND name = 'site'"
            )
            count = "SELECT count() FROM {table:Identifier} WHERE site = {site:String}"
            return {
                table
                for (table,) in tables
                if store.query(count, {"table": table, "site": site}) != [(0,)]
            }

    def batched(self, name: str) -> dict[str, bool]:
        """Return the sites of open rows of *name*, and whether any still has its batch number."""
        sql = """SELECT site, max(batch != toFixedString('', 16)) FROM coarse_events
            WHERE node = {node:String} GROUP BY site"""
        settings = Settings(data_dir=self.directory, store_url=self.store_url)
        with closing(Store.open(settings)) as store:
            return {site: bool(any_left) for site, any_left in store.query(sql, {"node": name})}

    def declares(self, site: str) -> bool:
        """Tell whether *site* was handed on to whoever else counts."""
        sql = "SELECT count() FROM declared FINAL WHERE position(document, {site:String}) > 0"
        settings = Settings(data_dir=self.directory, store_url=self.store_url)
        with closing(Store.open(settings)) as store:
            return store.query(sql, {"site": site}) == [(1,)]

    def move_to(self, moment: datetime) -> None:
        """Have it be *moment* on everybody's clock."""
        ahead = (moment - SystemClock().now()).total_seconds()
        new = self.clock.with_suffix(".new")
        new.write_text(str(ahead))
        new.rename(self.clock)


@contextmanager
def cluster(directory: Path, store_url: str, **settings: str) -> Iterator[Cluster]:
    """Yield collectors that can be added and started; what still runs is killed at the end."""
    made = Cluster(directory, store_url, settings)
    made.clock.write_text("0")
    try:
        yield made
    finally:
        for each in made.collectors.values():
            if each.process is not None:
                each.end(signal.SIGKILL)


def until(found: Callable[[], Any], what: str) -> Any:
    """Ask again and again until *found* answers with something, and return that."""
    begun = time.monotonic()
    while not (answer := found()):
        assert time.monotonic() - begun < PATIENCE_SECONDS, what
        time.sleep(0.3)
    return answer


async def view(url: str, number: int, page: str = "/", site: str = HOST) -> None:
    """View *page* from a network of its own, and insist on its being acknowledged."""
    body = {"site": site, "url": f"https://{site}{page}"}
    headers = {"User-Agent": AGENT, "X-Forwarded-For": f"10.{number // 250}.{number % 250}.7"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}/api/hit", json=body) as answer,
    ):
        assert answer.status == 202, answer.status


async def delivered(url: str) -> None:
    """Return once all that the collector at *url* acknowledged is verified in the store."""
    async with aiohttp.ClientSession() as session:
        begun = time.monotonic()
        while True:
            figures = await figures_of(session, url)
            if figures["oboro_verified_views_total"] == figures["oboro_acknowledged_views_total"]:
                return
            assert time.monotonic() - begun < PATIENCE_SECONDS
