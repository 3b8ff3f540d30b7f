"""Run the examples of docs/reports.md on a made-up site and write what they print.

``make docs`` runs it; a test insists that the page is current.
"""

from __future__ import annotations

import io
import re
import shlex
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from oboro.cli import run
from oboro.facts import DIRECT, Fact
from oboro.ground import GROUND
from oboro.opening import open_workspace
from oboro.operations import operations_of
from oboro.program import Program
from oboro.rooms import load_rooms
from oboro.settings import Settings
from oboro.sites import Site
from oboro.workspace import Workspace

FILE = Path(__file__).resolve().parents[1] / "docs" / "reports.md"
HOST = "town.example.jp"
MONDAY = date(2026, 3, 2)

_EXAMPLE = re.compile(r"```console\n\$ (.+)\n(?:.*\n)*?```\n")

PAGES = (("/", 310), ("/waste", 240), ("/waste/calendar", 180), ("/nursery", 90), ("/events", 8))
SOURCES = (("Google", 410), (DIRECT, 230), ("Yahoo! JAPAN", 120))
HOURS = {8: 90, 9: 160, 10: 120, 12: 190, 13: 80, 20: 120, 21: 68}
WASTE_FROM = (("Google", 130), ("Yahoo! JAPAN", 42))


def example_facts() -> list[Fact]:
    """Return three days of a town's site; nothing but what the examples need."""
    facts = []
    for back, busy in enumerate((1.0, 0.8, 0.0, 1.1)):
        day = MONDAY + timedelta(days=back)

        def fact(topic: str, value: str, views: int, value2: str = "", *, day: date = day) -> Fact:
            visits, visitors = round(views * 0.45), round(views * 0.4)
            if topic in ("entry", "exit"):
                views = 0
            return Fact(HOST, day, topic, value, value2, views, visits, visitors, 0)

        if busy:
            facts.append(fact("total", "", round(828 * busy)))
            facts += [fact("page", page, round(n * busy)) for page, n in PAGES]
            facts += [fact("entry", page, round(n * busy)) for page, n in PAGES[:3]]
            facts += [fact("source", source, round(n * busy)) for source, n in SOURCES]
            facts += [fact("hour", f"{hour:02d}", round(n * busy)) for hour, n in HOURS.items()]
            facts += [
                fact("page*source", "/waste", round(n * busy), source) for source, n in WASTE_FROM
            ]
    return facts


def fill(workspace: Workspace) -> None:
    """Put the made-up site into an empty workspace."""
    workspace.catalog.add_site(Site(host=HOST, zone=ZoneInfo("Asia/Tokyo")))
    rows = [(*fact, bytes(16)) for fact in example_facts()]
    workspace.store.insert("coarse_events", (*Fact._fields, "batch"), rows)


def said(command: str, workspace: Workspace) -> str:
    """Return what *command* prints, messages included."""
    program = Program(operations_of([GROUND, *load_rooms()]), workspace=workspace)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        run(shlex.split(command)[1:], program)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def with_examples(page: str, answer: Callable[[str], str]) -> str:
    """Return *page* with each example's output replaced by its command's *answer*."""
    return _EXAMPLE.sub(lambda found: f"```console\n$ {found[1]}\n{answer(found[1])}```\n", page)


def main() -> None:
    """Write the page anew."""
    page = FILE.read_text(encoding="utf-8")
    with (
        tempfile.TemporaryDirectory() as directory,
        open_workspace(Settings(data_dir=Path(directory))) as workspace,
    ):
        fill(workspace)
        page = with_examples(page, lambda command: said(command, workspace))
    FILE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
