"""Read, in a process of its own, the rows that a stopped server has left in its store."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from oboro.opening import open_workspace
from oboro.settings import Settings
from tests.support.command_line import environment

Rows = dict[tuple[str, str, str], tuple[int, ...]]
"""Views, visits, visitors and events by topic and its values."""
_SQL = """SELECT site, topic, value, value2, sum(views), sum(visits), sum(visitors), sum(events)
FROM coarse_events GROUP BY site, topic, value, value2"""


def rows_at_rest(data_dir: Path) -> dict[str, Rows]:
    """Return the rows of each site in *data_dir*, summed over days and batches."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(data_dir)],
        env=environment(data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows: dict[str, Rows] = {}
    for site, topic, value, value2, *counts in json.loads(done.stdout):
        rows.setdefault(site, {})[topic, value, value2] = tuple(counts)
    return rows


if __name__ == "__main__":
    with open_workspace(Settings(data_dir=Path(sys.argv[1]))) as workspace:
        json.dump(workspace.store.query(_SQL), sys.stdout)
