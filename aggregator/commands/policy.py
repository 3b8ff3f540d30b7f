"""``oboro policy``: what a site decides about its publications, and what it must expect of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from oboro.clock import local_day
from oboro.contributions import PUBLICATION_TABLES, Keys
from oboro.errors import UsageError
from oboro.kept import next_decision_from
from oboro.policy import ALWAYS, Cadence, PublicationPolicy, policy_on
from oboro.program import Program, pass_program
from oboro.rooms import Json, Progress
from oboro.sites import Site
from oboro.workspace import Workspace

LEAST_EPSILON = Fraction(1, 1_000_000)
"""The least that a published table may spend: sums of its draws stay far below 2^63."""


@click.group()
def policy() -> None:
    """Decide how a site's figures are published."""


@policy.command("show")
@click.argument("host")
@click.option(
    "--visitor-days",
    type=click.IntRange(0),
    metavar="N",
    help="Of an ordinary day: what to expect of a site of this size, and what is advised.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def show_policy(program: Program, host: str, visitor_days: int | None, as_json: bool) -> None:
    """Show what HOST has decided, what of it is in force today, and the margins to expect."""
    arguments = {"host": host, "visitor_days": visitor_days}
    program.emit(program.run("policy.show", arguments), as_json, _show)


@policy.command("set")
@click.argument("host")
@click.option(
    "--cadence", type=click.Choice([each.value for each in Cadence]), help="Period of one draw."
)
@click.option("--epsilon", metavar="NUMBER", help="What a visitor-day may cost in all, up to 10.")
@click.option("--distinct", type=int, metavar="K", help="Pages counted of a visitor-day, 1 to 50.")
@click.option(
    "--share",
    "shares",
    multiple=True,
    metavar="TABLE=PART",
    help="A table's part of epsilon, like pages=0.5; 0 leaves the table out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@pass_program
def set_policy(
    program: Program, /, as_json: bool, host: str, shares: tuple[str, ...], **decided: Any
) -> None:
    """Decide for HOST from its next day on; what is not given stays as it was decided last.

    While nothing is kept of HOST, a decision holds for all its days.
    """
    given = {name: value for name, value in decided.items() if value is not None}
    if shares:
        given["shares"] = dict(_share(each) for each in shares)
    program.emit(program.run("policy.set", {"host": host, **given}), as_json, _show)


async def show(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with a site's policy: in force today, decided for later, and what to expect of it."""
    site = workspace.catalog.declared(arguments["host"])
    document = _document(workspace, site)
    if (size := arguments.get("visitor_days")) is not None:
        policy = policy_on(local_day(workspace.clock.now(), site.zone), site.policies)
        document["expected"] = expected_of(policy, int(size))
    return document


def expected_of(policy: PublicationPolicy, visitor_days: int) -> dict[str, Json]:
    """Return the margins of a site of *visitor_days* a day at its cadence, and what is advised."""
    # Imported here, since it takes a library that other commands need not load.
    from aggregator.disclosure.margins import advice, expected

    advised = advice(policy, visitor_days)
    return {
        "visitor_days": visitor_days,
        "tables": [
            {
                "table": each.table,
                "margin": each.margin,
                "figure": each.figure,
                "verdict": each.verdict.value,
            }
            for each in expected(policy, visitor_days, policy.cadence)
        ],
        "advice": {
            "cadence": advised.cadence.value if advised.cadence else None,
            "leave_out": list(advised.leave_out),
        },
    }


async def decide(workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Write down the next version of a site's policy; answers as `show` does."""
    site = workspace.catalog.declared(arguments["host"])
    last = site.policies[-1] if site.policies else PublicationPolicy()
    shares = dict(last.shares)
    for table, share in arguments.get("shares", {}).items():
        shares[table] = _fraction(share)
    decided = dataclasses.replace(
        last,
        cadence=Cadence(arguments.get("cadence", last.cadence)),
        epsilon=_fraction(arguments.get("epsilon", last.epsilon)),
        distinct=int(arguments.get("distinct", last.distinct)),
        shares={table: share for table, share in shares.items() if share},
        decided_on=local_day(workspace.clock.now(), site.zone),
    )
    for table in decided.shares:
        if decided.epsilon_of(table) < LEAST_EPSILON:
            raise UsageError(
                f"{table} would get an epsilon below {LEAST_EPSILON}, and be nothing but noise; "
                f"leave it out: --share {table}=0"
            )
    first = await next_decision_from(workspace, site)
    workspace.catalog.add_policy(site.host, dataclasses.replace(decided, in_force_from=first))
    return _document(workspace, workspace.catalog.declared(site.host))


def _share(text: str) -> tuple[str, str]:
    table, equals, part = text.partition("=")
    if not equals:
        raise UsageError(f"--share {text}: write TABLE=PART, like pages=0.5")
    return table, part


def _fraction(value: object) -> Fraction:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"{value} is not a number; write 0.5 or 1/2") from None


def _document(workspace: Workspace, site: Site) -> dict[str, Json]:
    today = local_day(workspace.clock.now(), site.zone)
    in_force = policy_on(today, site.policies)
    later = [each for each in site.policies if each.in_force_from > today]
    return {
        "site": site.host,
        "in_force": _version(in_force),
        "decided_for_later": [_version(each) for each in later],
        "key_sets": [
            {
                "table": table.name,
                "version": keys.version,
                "listed_on": keys.listed_on,
                "in_force_from": None if keys.in_force_from == ALWAYS else keys.in_force_from,
                "keys": len(keys.keys),
            }
            for table in PUBLICATION_TABLES.values()
            if table.keys is Keys.LISTED
            and (keys := workspace.catalog.key_set_on(site.host, table.name, today))
        ],
    }


def _version(each: PublicationPolicy) -> dict[str, Json]:
    return {
        "version": each.version,
        "in_force_from": None if each.in_force_from == ALWAYS else each.in_force_from,
        "cadence": each.cadence.value,
        "epsilon": str(each.epsilon),
        "distinct": each.distinct,
        "tables": [
            {
                "table": table.name,
                "epsilon": str(each.epsilon_of(table.name)),
                "scale": str(Fraction(table.l0(each.distinct)) / each.epsilon_of(table.name)),
            }
            for table in PUBLICATION_TABLES.values()
            if each.epsilon_of(table.name)
        ],
    }


def _show(console: Console, document: Json) -> None:
    for version in (document["in_force"], *document["decided_for_later"]):
        since = version["in_force_from"] or "the first day"
        table = Table(
            "table",
            "epsilon",
            "scale of the noise",
            title=f"{document['site']}, version {version['version']} from {since}: "
            f"by {version['cadence']}, epsilon {version['epsilon']} a visitor-day, "
            f"{version['distinct']} pages of each",
        )
        for row in version["tables"]:
            table.add_row(row["table"], row["epsilon"], row["scale"])
        console.print(table)
    for keys in document["key_sets"]:
        console.print(
            f"{keys['keys']:,} keys of {keys['table']} were listed on {keys['listed_on']}."
        )
    if not document["key_sets"]:
        console.print("No page is listed: oboro site update HOST --public-pages FILE")
    if "expected" in document:
        _show_expected(console, document["expected"], document["in_force"]["cadence"])
    else:
        console.print("What margins to expect: oboro policy show HOST --visitor-days N")


def _show_expected(console: Console, made: Json, cadence: str) -> None:
    table = Table(
        "table",
        "margin (95 %)",
        "a usual figure",
        "advice",
        title=f"A {cadence} of a site of {made['visitor_days']:,} visitor-days a day",
    )
    for row in made["tables"]:
        table.add_row(row["table"], f"±{row['margin']:,}", f"{row['figure']:,}", row["verdict"])
    console.print(table)
    advised = made["advice"]
    if advised["cadence"] is None:
        console.print("Advice: do not publish; the margins exceed the figures at any cadence.")
        return
    without = f", without {', '.join(advised['leave_out'])}" if advised["leave_out"] else ""
    console.print(f"Advice: publish by {advised['cadence']}{without}.")
