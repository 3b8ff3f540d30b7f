"""Bring the tables of docs/metrics.md up to date with the topics; its text is written by hand.

``make docs`` runs it; a test insists that the page is current.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from oboro.topics import CROSSINGS, METRICS, SINGLES, Counted, Topic

FILE = Path(__file__).resolve().parents[1] / "docs" / "metrics.md"
BEGIN = "<!-- {name}: made from oboro/topics.py by `make docs` -->"
END = "<!-- end of {name} -->"
TABLES: dict[str, tuple[Topic, ...]] = {"singles": SINGLES, "crossings": CROSSINGS}


def table(topics: Iterable[Topic]) -> Iterator[str]:
    """Yield the lines that say what each metric of *topics* counts."""
    yield f"| topic | {' | '.join(METRICS)} | kept to know |"
    yield f"|---|{'---|' * len(METRICS)}---|"
    for topic in topics:
        counted = " | ".join(_cell(getattr(topic, metric)) for metric in METRICS)
        yield f"| `{topic.name}` | {counted} | {topic.purpose} |"


def _cell(counted: Counted) -> str:
    return "–" if counted is Counted.NONE else str(counted)


def current(page: str) -> str:
    """Return *page* with its tables as the topics have them now."""
    for name, topics in TABLES.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"docs/metrics.md must keep the lines {begin} and {end}")
        page = "\n".join([before + begin, *table(topics), end + after])
    return page


if __name__ == "__main__":
    FILE.write_text(current(FILE.read_text(encoding="utf-8")), encoding="utf-8")
