"""Kill -9 a process while it closes days, again and again: no report ever changes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.faults.closing_child import WANTED

KILLS = 6
LONGEST_SECONDS = 0.05
"""About what one day takes to be closed."""


def child(what: str, directory: Path) -> list[str]:
    return [sys.executable, "-m", "tests.faults.closing_child", what, str(directory)]


def done(what: str, directory: Path) -> str:
    """Let a child do *what*, and return what it told."""
    return subprocess.run(child(what, directory), check=True, capture_output=True, text=True).stdout


def read(directory: Path) -> Any:
    return json.loads(done("read", directory))


def killed_while_closing(directory: Path, days: int, seconds: float) -> None:
    """Kill a child *seconds* after it closed *days*, or was through."""
    with subprocess.Popen(child("close", directory), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(1 + days):
            process.stdout.readline()
        time.sleep(seconds)
        process.kill()


def test_kills_while_days_are_closed_change_no_report(tmp_path: Path) -> None:
    chance = random.Random(4)
    done("fill", tmp_path)
    before = read(tmp_path)
    assert len(before["totals"]) == len(WANTED)
    closed = []
    for _ in range(KILLS):
        killed_while_closing(tmp_path, chance.randint(0, 2), chance.uniform(0.0, LONGEST_SECONDS))
        after = read(tmp_path)
        assert after["totals"] == before["totals"]
        closed.append(after["closed"])
    done("close", tmp_path)
    after = read(tmp_path)
    assert after["totals"] == before["totals"]
    assert (after["closed"], after["open_rows"]) == (len(WANTED), 0)
    assert closed == sorted(closed)
    assert closed[-1] > 0
