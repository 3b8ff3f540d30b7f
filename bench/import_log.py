"""Measure how fast a log is read and counted, beside splitting its lines into words, in one run.

``python -m bench.import_log`` prints one JSON line. The log is made up: three of four lines are not
pages' (images, scripts, other methods and statuses), as on the log at hand; what is counted has
2.3 pages a visitor and day. Opening the store and moving the days in are not measured.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.collecting.traffic import HOST, hits
from collector.log_import.importing import Import
from collector.log_import.pipelines import counting_by
from oboro.clock import SystemClock
from oboro.collecting_garbage import collect_seldom
from oboro.commands.site import as_document
from oboro.operations import quiet
from oboro.rooms import Progress
from oboro.settings import Settings
from oboro.sites import Site

LINES = 200_000
DAYS = 5
ROUNDS = 3
PAGES = 0.25
"""The share of lines that are pages'."""
_BEGIN = datetime(2026, 3, 4, tzinfo=UTC)
_OTHERS = (
    "GET /assets/site.css HTTP/1.1|200",
    "GET /images/logo.png HTTP/1.1|200",
    "GET /js/menu.js HTTP/1.1|304",
    "GET /favicon.ico HTTP/1.1|200",
    "GET /feed.xml HTTP/1.1|200",
    "POST /search HTTP/1.1|200",
    "GET /old HTTP/1.1|301",
    "GET /wp-login.php HTTP/1.1|404",
)


class Session:
    """Stands in for the store: knows one site, takes everything."""

    def run(self, name: str, arguments: Mapping[str, Any], progress: Progress = quiet) -> Any:
        """Answer the operations of an import."""
        if name == "site.list":
            return {"sites": [as_document(Site(host=HOST, zone=ZoneInfo("Asia/Tokyo")))]}
        if name == "goal.list":
            return {"goals": []}
        if name == "funnel.list":
            return {"funnels": []}
        if name == "import.begin":
            return {"id": "1", "distinct": [[day, 10] for day in arguments["days"]]}
        return {}


def write_log(path: Path) -> None:
    """Write the log."""
    draw = random.Random(1)
    pages = cycle(hits(int(LINES * PAGES)))
    with path.open("w") as log:
        for number in range(LINES):
            at = _BEGIN + timedelta(days=DAYS) * (number / LINES)
            hit = next(pages)
            said = json.loads(hit.body)
            if draw.random() < PAGES:
                request, status = (
                    f"GET {said['url'].removeprefix(f'https://{HOST}')} HTTP/1.1",
                    "200",
                )
            else:
                request, _, status = draw.choice(_OTHERS).partition("|")
            log.write(
                f'{hit.address} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "{request}" {status} 5120 '
                f'"{said["referrer"] or "-"}" "{hit.agent}"\n'
            )


def main() -> None:
    """Print the figures; of the rounds, the quickest."""
    collect_seldom()
    split, counted = [], []
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "access.log"
        write_log(log)
        for _ in range(ROUNDS):
            # Of the processor's time, since others on the machine disturb the clock's.
            began = time.process_time()
            for line in log.read_bytes().split(b"\n"):
                line.split()
            split.append(time.process_time() - began)
            counting = Import(Session(), HOST, counting_by(Settings()), clock=SystemClock())
            began = time.process_time()
            imported = counting.run([log])
            counted.append(time.process_time() - began)
            tally = Counter({"counted": imported.tally.counted, **imported.tally.refused})
    sys.stdout.write(
        json.dumps(
            {
                "lines": LINES,
                "lines_per_second": round(LINES / min(counted)),
                "splitting_lines_per_second": round(LINES / min(split)),
                "times_splitting": round(min(counted) / min(split), 1),
                "microseconds_a_counted_page": round(1e6 * min(counted) / tally["counted"], 1),
                "outcomes": dict(tally),
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
