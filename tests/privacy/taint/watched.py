"""A server in a process of its own of which everything is looked at that it writes and says."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.privacy.taint.forms import Search
from tests.privacy.taint.visitor import SITE
from tests.privacy.taint.wires import FieldMarks
from tests.support.command_line import Finished, call_oboro, environment

ROOT = Path(__file__).parents[3]
KEPT_PAGE = "/pages/habutaeorimono"
"""An ordinary page, which is kept by its name: a search that does not find it is no search."""
KEPT = KEPT_PAGE.rpartition("/")[2].encode()
QUICK = {
    "OBORO_TICK_SECONDS": "0.2",
    "OBORO_TICK_KEYS": "1",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    "OBORO_LOG_LEVEL": "debug",
}


class Watched:
    """A server, with all it writes and says in files.

    *store* is where its rows lie: in its own directory, or in that of the ClickHouse server which
    *settings* name.
    """

    def __init__(self, directory: Path, store: Path | None = None, **settings: str) -> None:
        self.data_dir = directory / "data"
        self.said = directory / "said"
        self.said.mkdir(exist_ok=True)
        self.store = store or self.data_dir / "store"
        self.key = ""
        self._settings = settings
        self._starts = 0

    @contextmanager
    def serving(self, **settings: str) -> Iterator[str]:
        """Serve for the length of the block; yields the address. Ends as a service manager does."""
        with self.running(**settings) as (process, url):
            yield url
            with urllib.request.urlopen(f"{url}/metrics") as answer:
                (self.said / f"metrics-{self._starts}").write_bytes(answer.read())
            process.terminate()
            assert process.wait(timeout=60) == 0, self._errors().read_text()

    @contextmanager
    def running(self, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
        """Serve until the end of the block, or until the process that it yields is ended."""
        self._starts += 1
        out, err = self.said / f"stdout-{self._starts}", self._errors()
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "oboro", "serve", "--port", "0"],
                env=environment(self.data_dir, **self._settings, **settings),
                stdout=stdout,
                stderr=stderr,
            )
            try:
                yield process, _address(out, err, process)
            finally:
                process.kill()
                process.wait()

    def call(self, *arguments: str) -> Finished:
        """Run a command, and keep what it says."""
        done = call_oboro(*arguments, data_dir=self.data_dir, **self._settings)
        with (self.said / "commands").open("a") as file:
            file.write(f"{done.out}\n{done.err}\n")
        return done

    def found(self, *everybody: FieldMarks) -> dict[str, set[str]]:
        """Return which marks are found in each file that was written, or in its name."""
        marks = {
            f"{field} of visitor {number}": mark
            for number, some in enumerate(everybody)
            for field, mark in some.marks.items()
        }
        return Search(marks).found_under(self.data_dir, self.said, self.store)

    def dumped(self) -> Path:
        """Write out every table of the stores; no server may run."""
        target = self.said / "tables"
        module = "tests.privacy.taint.dump"
        command = [sys.executable, "-m", module, str(self.data_dir), str(self.store), str(target)]
        subprocess.run(command, check=True, cwd=ROOT)
        return target

    def _errors(self) -> Path:
        return self.said / f"stderr-{self._starts}"


def watched_site(directory: Path, store: Path | None = None, **settings: str) -> Watched:
    """Return a data directory below *directory* with one site, and a key of it."""
    here = Watched(directory, store, **settings)
    done = here.call("site", "add", SITE, "--timezone", "Asia/Tokyo")
    assert done.status == 0, done.err
    # What the command says is the key itself: it is not kept among what was said.
    made = call_oboro("site-key", "new", SITE, "--json", data_dir=here.data_dir, **settings)
    here.key = made.document["key"]
    return here


def wait_until_kept(watched: Watched, word: bytes) -> None:
    """Wait until *word* stands in a file of the store."""
    for _ in range(600):
        if Search({"kept": word}).found_under(watched.store):
            return
        time.sleep(0.1)
    raise AssertionError("the hits did not reach the store")


def wait_until_delivered(url: str) -> dict[str, float]:
    """Wait until the store has what the server at *url* acknowledged; return its metrics."""
    for _ in range(1200):
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            lines = [line.rpartition(" ") for line in answer.read().decode().splitlines()]
        figures = {name: float(value) for name, _, value in lines if name[:1] != "#"}
        if figures["oboro_acknowledged_views_total"] == figures["oboro_verified_views_total"]:
            return figures
        time.sleep(0.1)
    raise AssertionError("the hits did not reach the store")


def _address(out: Path, err: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(1200):
        if found := [word for word in out.read_text().split() if word.startswith("http://")]:
            return found[0].rstrip("/.,")
        assert process.poll() is None, err.read_text()
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {err.read_text()}")
