"""Publish a million figures: from the store's rows to a signed bundle that was attacked.

``python -m bench.publishing [CELLS]``. A site lists so many pages; one day is contributed to, most
of it on few pages. The time beside which the whole stands is that of the noise alone, drawn for as
many counts in the same run. Verifying and publishing the same once more are timed too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from aggregator.days import Days
from aggregator.disclosure.noise import draw
from aggregator.publish.publishing import Asked, Publishing
from aggregator.publish.signing import new_key
from aggregator.publish.verifying import check_bundle
from oboro.opening import open_workspace
from oboro.policy import Cadence, KeySet, PublicationPolicy
from oboro.settings import Settings
from oboro.sites import Site
from oboro.workspace import Workspace

HOST = "example.jp"
POLICY = PublicationPolicy(cadence=Cadence.DAY)


@contextmanager
def timed(what: str, seconds: dict[str, float]) -> Iterator[None]:
    """Note how long the block takes, and print it."""
    begun = time.perf_counter()
    yield
    seconds[what] = time.perf_counter() - begun
    print(f"{what:<42} {seconds[what]:7.2f} s", flush=True)


def fill(workspace: Workspace, day: date, cells: int) -> None:
    """Have *cells* pages listed and *day* contributed to and closed."""
    pages = [f"/{number:07}" for number in range(cells - 1)]
    site = Site(host=HOST, zone=ZoneInfo("UTC"), policies=(POLICY,))
    workspace.catalog.add_site(site, [KeySet(table="pages", keys=tuple(pages))])
    columns = ("site", "day", "publication_table", "key", "n", "batch")
    rows = [
        (HOST, day, "pages", page, max(1, 200_000 // (rank + 1)), bytes(16))
        for rank, page in enumerate(pages)
    ]
    rows.append((HOST, day, "totals", "visitor-days", 400_000, bytes(16)))
    workspace.store.insert("contributions", columns, rows)
    days = Days.of(workspace)
    days.begin_closing([(HOST, day)])
    days.close({(HOST, day): (0, 0)}, {HOST: day + timedelta(1)})


def main(cells: int = 1_000_000) -> int:
    """Print what each part takes; return 1 when a bundle does not verify."""
    seconds: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as directory,
        open_workspace(Settings(data_dir=Path(directory))) as workspace,
    ):
        day = workspace.clock.now().date() - timedelta(3)
        with timed("preparing rows and keys", seconds):
            fill(workspace, day, cells)
        new_key(workspace.settings.data_dir, workspace.randomness)
        with timed("noise alone", seconds):
            draw([1] * cells, l1=POLICY.distinct, epsilon=Fraction(11, 20))
        site = workspace.catalog.site_for(HOST)
        assert site is not None
        asked = Asked(site=site, first=day, last=day)
        publishing = Publishing.of(workspace)
        with timed("from rows to a signed bundle", seconds):
            published = publishing.publish(asked, lambda *_: None)
        with timed("the same again", seconds):
            publishing.publish(asked, lambda *_: None)
        with timed("verifying", seconds):
            problems = check_bundle(published.folder).problems
        size = sum(path.stat().st_size for path in published.folder.rglob("*") if path.is_file())
        figures = sum(len(table.figures) for table in published.publication.tables)
    whole, noise = seconds["from rows to a signed bundle"], seconds["noise alone"]
    print(f"{figures:,} figures, {size / 1e6:,.0f} MB; {whole / noise:.1f} times the noise alone")
    print(f"problems found by verifying: {len(problems)}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
