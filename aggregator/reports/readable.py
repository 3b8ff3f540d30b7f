"""The readable form of a report: a table, its totals, and what must be known to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from aggregator.reports.classes import UNITS, class_begins
from oboro.topics import TOPICS

_NOT_AVAILABLE = "–"


def show(console: Console, report: Any) -> None:
    """Print the document of a report."""
    metrics = list(report["totals"])
    table = Table(show_footer=True, header_style="bold")
    titled = any("title" in row for row in report["rows"])
    unit = UNITS.get(report["by"])
    heading = f"{report['by']} ({unit})" if unit else report["by"]
    table.add_column(heading, footer="total", overflow="fold")
    if titled:
        table.add_column("title", overflow="fold")
    for metric in metrics:
        table.add_column(metric, footer=_figure(report["totals"][metric]), justify="right")
    for row in _in_order(report) if unit else report["rows"]:
        # Values come from visitors: they are text, never markup or control characters.
        names = [_plain(row["key"]), *([_plain(row.get("title", ""))] if titled else [])]
        table.add_row(*names, *(_figure(row[metric]) for metric in metrics))
    console.print(_title(report), style="bold", soft_wrap=True)
    console.print(table)
    for funnel in report.get("funnels", ()):
        _show_funnel(console, funnel, report["from"])
    for note in notes(report):
        console.print(Text(note), style="dim")


def _in_order(report: Any) -> list[Any]:
    """Return the rows of classes by where these begin, of which the most frequent are there."""
    return sorted(report["rows"], key=lambda row: class_begins(row["key"]))


def _show_funnel(console: Console, funnel: Any, first: str) -> None:
    """Print how far visits came, of the days on which one version of a definition held."""
    since = funnel["in_force_from"]
    from_then = f", from {since} on" if since and since > first else ""
    name = f"{funnel['name']} (version {funnel['version']})"
    if not funnel["steps"]:
        console.print(Text(f"{name} is counted no more{from_then}."), style="dim")
        return
    table = Table(title=Text(f"{name}{from_then}"), title_justify="left", header_style="bold")
    table.add_column("step", overflow="fold")
    for heading in ("visits", "of the first", "lost"):
        table.add_column(heading, justify="right")
    taken = funnel["taken"]
    for number, step in enumerate(taken, 1):
        before = taken[number - 2]["visits"] if number > 1 else 0
        some = step["visits"]
        # A step behind which too few have gathered is not kept: that is not none.
        table.add_row(
            _plain(f"{number}. {step['step']}"),
            _figure(some or None),
            _percent(some, taken[0]["visits"] if some else 0),
            _percent(max(before - some, 0), before if some else 0),
        )
    console.print(table)


def _percent(some: int, whole: int) -> str:
    return f"{min(some / whole, 1):.0%}" if whole else _NOT_AVAILABLE


def notes(report: Any) -> list[str]:
    """Return in sentences what a reader must know of the figures."""
    said = []
    focus = next(iter(report["focus"])) if report["focus"] else None
    if focus and not any(report["totals"].values()):
        value = _plain(report["focus"][focus])
        said.append(
            f"Nothing was counted under {focus} {value} in these days. See whether it is written "
            f"as rows by {focus} write it."
        )
        if TOPICS[focus].gathers:
            said.append(
                f"Values of {focus} are written only once enough visitor-days have gathered "
                "behind them: some may be gathering still."
            )
    whole = f"the {focus}'s own figures" if focus else "the site's own figures"
    if report["gathering"]:
        kept = f"{report['by']} and {focus} are kept together" if focus else "values are kept"
        said.append(
            f"Nothing to show yet: {kept} only once enough visitor-days have gathered behind "
            f"{'a pair of them' if focus else 'one'}."
        )
    elif report["at_least"]:
        said.append(
            "Every row says at least: what has not gathered enough visitor-days yet is not in it."
        )
    if report["rows_left"]:
        said.append(f"{report['rows_left']:,} more rows are not shown; raise --limit to see them.")
    if report["by"] != "day":
        said.append(f"The totals are {whole}, not the sum of the rows.")
    if report["from"] != report["to"] and "visitors" in report["totals"]:
        said.append(
            "Visitors over several days are visitor-days: who comes on three days counts three "
            "times. Nobody is recognised from one day to the next."
        )
    if any(value is None for row in report["rows"][:1] for value in row.values()):
        said.append(f"{_NOT_AVAILABLE} means that {report['by']} has no such figure.")
    if report.get("funnels"):
        said.append(
            "A visit takes the steps of a funnel in order, each by a hit of its own. Lost are "
            "those that took the step before and not this one."
        )
    said.extend(_about_goals(report.get("goals", ()), report["from"]))
    said.extend(_about_days(report["quality"], report["from"]))
    return said


def _about_goals(goals: Iterable[Any], first: str) -> Iterator[str]:
    """Yield what each goal's figures are of, and from when on they are of something else."""
    for goal in goals:
        since = goal["in_force_from"]
        from_then = f", from {since} on" if since and since > first else ""
        name = f"{goal['name']} (version {goal['version']})"
        if goal["page"]:
            yield f"{name} is reached by pages {goal['page']}{from_then}."
        elif goal["event"]:
            yield f"{name} is reached by the event {goal['event']}{from_then}."
        else:
            yield f"{name} is counted no more{from_then}."


def _about_days(quality: Any, first: str) -> list[str]:
    said = []
    if quality["kept_from"] is None:
        said.append(
            "The site has no figures at all yet. A running server writes what few visitors leave "
            "after some minutes, by its settings OBORO_TICK_KEYS and OBORO_TICK_LIMIT_SECONDS."
        )
    elif quality["kept_from"] > first:
        said.append(f"The oldest day with figures is {quality['kept_from']}.")
    if quality["partial_days"]:
        said.append("A stop or restart lost a part of: " + ", ".join(quality["partial_days"]) + ".")
    if quality["void_days"]:
        said.append("Incomplete, too busy to count: " + ", ".join(quality["void_days"]) + ".")
    for outage in quality["outages"]:
        hours = f"{outage['from_hour']:02}:00 to {outage['to_hour']:02}:59"
        said.append(
            f"Nothing was counted on {outage['day']} from {hours}, where "
            f"{outage['usual_views']:,} views are usual."
        )
    for change in quality["changes"]:
        what = ", ".join(change["what"]).replace("_", " ")
        said.append(f"What is counted was changed on {change['day']}: {what}.")
    for label in quality["labels"]:
        said.append(f"Some of the days are labelled: {label}.")
    return said


def _title(report: Any) -> Text:
    focus = "".join(
        f", {topic} {_plain(value)}" for topic, value in (report["focus"] or {}).items()
    )
    return Text(f"{report['site']} by {report['by']}{focus}, {report['from']} to {report['to']}")


def _figure(value: int | None) -> str:
    return _NOT_AVAILABLE if value is None else f"{value:,}"


def _plain(value: str) -> Text:
    return Text("".join(mark if mark.isprintable() else "�" for mark in value))
