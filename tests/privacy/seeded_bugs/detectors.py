"""What turns red when a publication breaks its promise: each returns what it found, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import msgspec

from aggregator.attack.bundle import Bundle
from aggregator.attack.mechanism import audited
from aggregator.attack.public_keys import PUBLIC_KEYS
from aggregator.attack.suite import ATTACKS
from aggregator.disclosure import noise
from oboro.contributions import PUBLICATION_TABLES
from oboro.errors import Conflict
from oboro.publication import Publication, PublishedTable
from tests.privacy.seeded_bugs.press import (
    APRIL,
    MARCH,
    SITE,
    Asked,
    K,
    Press,
    contributed,
    visits,
)

Found = set[str]
Detector = Callable[[Path], Found]

VISITORS = 40
FEW = 10
"""So few that some pages are read by nobody else."""
MANY = 30
ONE = 99
"""The visitor whose day is added, who reads `MANY` pages: more than are counted."""
AUDIT_DRAWS = 40_000


def attacks(directory: Path) -> Found:
    """Run the attack suite on four publications; return the attacks that found something."""
    press = Press(directory / "press")
    march = visits(MARCH, VISITORS, 2)
    tables = contributed(directory / "collector", march + visits(APRIL, VISITORS // 2, 3))
    press.draw(MARCH, tables)
    press.draw(APRIL, tables)
    bundles = [press.bundle(MARCH), press.bundle(APRIL, number=2)]
    found = set()
    try:
        bundles.append(press.bundle(MARCH, APRIL, number=3))
    except Conflict:
        found.add("refused: Conflict")
    press.draw(MARCH, tables)
    bundles.append(press.bundle(MARCH, number=4))
    return found | {
        f"attack: {finding.attack}"
        for attack in ATTACKS
        for finding in attack(bundles, PUBLIC_KEYS)
    }


def audit(directory: Path) -> Found:
    """Measure what a visitor-day costs under the mechanism, for the tables as they are stated."""
    press = Press(directory / "press")
    press.draw(MARCH, {})
    bundle = press.bundle(MARCH)
    wanted = tuple(
        table for table in bundle.publication.tables if table.name in ("totals", "pages")
    )
    stated = Bundle(bundle.name, _with(bundle, wanted), {})
    return {"audit" for _ in audited([stated], draws=AUDIT_DRAWS)}


def bound(directory: Path) -> Found:
    """Add one visitor's whole day to traffic; compare what was handed to the mechanism.

    All of it, from the first hit on: each table may change by the bound that its publication
    states, at the noise that was drawn for it, and show the same keys.
    """
    worlds: dict[str, tuple[list[Asked], tuple[PublishedTable, ...]]] = {}
    one = visits(MARCH, 1, MANY, first_visitor=ONE)
    for name, added in (("without", []), ("with", one)):
        taken = [*added, *visits(MARCH, FEW, 2)]
        tables = contributed(directory / name / "collector", taken)
        press = Press(directory / name / "press")
        press.draw(MARCH, tables)
        worlds[name] = (press.asked, press.bundle(MARCH).publication.tables)
    found = set()
    (before, stated), (after, others) = worlds["without"], worlds["with"]
    if len(before) != len(stated):
        return {"bound: a table passed the mechanism by"}
    for table, other, less, more in zip(stated, others, before, after, strict=True):
        if keys(table) != keys(other):
            found.add("bound: keys follow what was counted")
            continue
        changed = sum(abs(n - m) for n, m in zip(less.counts, more.counts, strict=True))
        if changed > min(less.l1, table.l0 * table.linf):
            found.add("bound: a day changes more than is stated")
        if Fraction(table.scale) < changed / Fraction(table.epsilon):
            found.add("bound: the scale is too small for what a day changes")
        if less.epsilon != Fraction(table.epsilon):
            found.add("bound: another epsilon was spent than is stated")
    return found


def same_again(directory: Path) -> Found:
    """Publish, then again, then again with what came late; every byte stays the same."""
    press = Press(directory / "press")
    tables = contributed(directory / "collector", visits(MARCH, VISITORS, 2))
    press.draw(MARCH, tables)
    published = press.bundle(MARCH).files
    late = contributed(directory / "late", visits(MARCH, VISITORS + 1, 2))
    for again in (tables, late):
        press.draw(MARCH, again)
        if press.bundle(MARCH).files != published:
            return {"same again"}
    return set()


def own_map(_directory: Path) -> Found:
    """Ask the mechanism itself what it spends, as it is configured."""
    policy = SITE.policies[0]
    for table in PUBLICATION_TABLES.values():
        l1 = K if table.name == "pages" else 1
        epsilon = policy.epsilon_of(table.name)
        if noise.spent(l1, float(noise.scale_of(table.l0(K), epsilon))) > epsilon * Fraction(
            1_000_001, 1_000_000
        ):
            return {"own map"}
    return set()


DETECTORS: Mapping[str, Detector] = {
    "attacks": attacks,
    "audit": audit,
    "bound": bound,
    "same again": same_again,
    "own map": own_map,
}


def turned_red(directory: Path) -> Found:
    """Return what all detectors found; one that the program itself refuses names the refusal."""
    noise._measurement.cache_clear()
    found: Found = set()
    for name, detector in DETECTORS.items():
        try:
            found |= detector(directory / name.replace(" ", "-"))
        except Exception as error:
            found.add(f"refused: {type(error).__name__}")
    noise._measurement.cache_clear()
    return found


def keys(table: PublishedTable) -> list[str]:
    """Return the published keys, in order."""
    return [figure.key for figure in table.figures]


def _with(bundle: Bundle, tables: tuple[PublishedTable, ...]) -> Publication:
    return msgspec.structs.replace(bundle.publication, tables=tables)
