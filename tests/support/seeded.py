"""Fill a data directory with a demonstration site's made-up days, in a process of its own.

The engine takes one path in a process: ``python -m tests.support.seeded DIRECTORY HOST DAYS``.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from oboro.clock import local_day
from oboro.opening import open_workspace
from oboro.settings import Settings
from tests.support.kept_facts import keep
from tests.support.traffic import traffic
from tests.support.workspace import a_site

ROOT = Path(__file__).parents[2]


def seed(data_dir: Path, host: str, days: int) -> None:
    """Keep *days* days of traffic up to today, and what became of what arrived."""
    command = [sys.executable, "-m", "tests.support.seeded", str(data_dir), host, str(days)]
    subprocess.run(command, check=True, cwd=ROOT)


def _seed(data_dir: Path, host: str, days: int) -> None:
    with open_workspace(Settings(data_dir=data_dir)) as workspace:
        site = a_site(host, demonstration=True)
        workspace.catalog.add_site(site)
        today = local_day(workspace.clock.now(), site.zone)
        keep(workspace.store, traffic(host, today, days))
        workspace.store.insert(
            "outcomes",
            ["site", "day", "outcome", "n", "batch"],
            [(host, today, outcome, n, bytes(16)) for outcome, n in (("counted", 90), ("bot", 9))],
        )
        partial = (host, today - timedelta(days=2), "", "partial", "demonstration", 1)
        columns = ["site", "day", "node", "state", "label", "version"]
        workspace.store.insert("days", columns, [partial])


if __name__ == "__main__":
    _seed(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
