"""Bugs that would break the promise of a publication, each put into the program's own code.

A bug names what is expected to turn red. `test_seeded_bugs` insists that just this does, so that a
detector which stops seeing a bug is noticed, and one that begins to see it too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest

from aggregator.disclosure import noise
from aggregator.disclosure.adjust import adjust
from aggregator.publish import assembling, drawing
from aggregator.publish.budget import BudgetLedger
from aggregator.publish.bundle import files_of
from aggregator.publish.draws import Draw, path_of
from aggregator.publish.entries import Step, Subject
from collector import contributing, pipeline
from collector import ledger as ledger_module
from oboro.contributions import PublicationTable
from oboro.errors import Conflict
from oboro.policy import PublicationPolicy
from tests.privacy.seeded_bugs import press

Patch = pytest.MonkeyPatch
Seed = Callable[[Patch], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Bug:
    """What goes wrong, how it is put in, and what is expected to turn red."""

    name: str
    seed: Seed
    red: frozenset[str]


BUGS: list[Bug] = []
FOLLOWS = "bound: keys follow what was counted"
CHANGES_MORE = "bound: a day changes more than is stated"
TOO_SMALL = "bound: the scale is too small for what a day changes"


def seeded(name: str, *red: str) -> Callable[[Seed], Seed]:
    """Register a bug, with what finds it."""

    def register(seed: Seed) -> Seed:
        BUGS.append(Bug(name, seed, frozenset(red)))
        return seed

    return register


@seeded("half the scale", "refused: Overspent", "own map")
def _half_the_scale(patch: Patch) -> None:
    honest = noise._laplace
    patch.setattr(noise, "_laplace", lambda scale: honest(scale / 2))


@seeded("half the scale, and nobody asks the mechanism", "audit", "attack: noise")
def _half_the_scale_unasked(patch: Patch) -> None:
    _half_the_scale(patch)
    patch.setattr(noise, "_spent", lambda *_: Fraction(0))


@seeded("L0 forgotten where noise is scaled", "audit", "attack: noise")
def _forgotten_l0_in_noise(patch: Patch) -> None:
    honest = noise.draw

    def draw(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> list[int]:
        return honest(counts, l1=1, epsilon=epsilon)

    patch.setattr(noise, "draw", draw)


@seeded(
    "L0 forgotten everywhere",
    "own map",
    CHANGES_MORE,
    TOO_SMALL,
)
def _forgotten_l0(patch: Patch) -> None:
    patch.setattr(PublicationTable, "l0", lambda *_: 1)


@seeded("zero cells dropped", "attack: keys", FOLLOWS, "refused: Conflict")
def _dropped_zeros(patch: Patch) -> None:
    _with_other_keys(
        patch,
        lambda table, counted: tuple(
            key for key, n in zip(table.keys, counted.counts(table.name, table.keys), strict=True)
            if n
        ),
    )  # fmt: skip


@seeded("keys taken from what was counted", "attack: keys", FOLLOWS, "refused: Conflict")
def _keys_from_data(patch: Patch) -> None:
    def keys(table: Any, counted: Any) -> tuple[str, ...]:
        if table.name == "totals":
            return tuple(table.keys)
        rows = counted.store.query(
            "", {"site": counted.site, "table": table.name, "days": counted.included}
        )
        return tuple(sorted({key for key, _ in rows} | {"(other)"}))

    _with_other_keys(patch, keys)


def _with_other_keys(patch: Patch, keys: Callable[[Any, Any], tuple[str, ...]]) -> None:
    honest = drawing.Drawing._draw_once

    def draw_once(self: Any, subject: Any, policy: Any, table: Any, counted: Any) -> None:
        other = dataclasses.replace(table, keys=keys(table, counted))
        honest(self, subject, policy, other, counted)

    patch.setattr(drawing.Drawing, "_draw_once", draw_once)


@seeded("drawn anew on a re-run", "same again", "attack: subtraction")
def _redrawn(patch: Patch) -> None:
    _forgetful_ledger(patch)
    patch.setattr(drawing.Drawing, "_is_settled", lambda *_: False)


def _forgetful_ledger(patch: Patch) -> None:
    """Let steps be entered twice, and stored draws be read whatever the ledger knows of them."""
    honest = BudgetLedger.note

    def note(self: BudgetLedger, subject: Subject, step: Step, **details: Any) -> Any:
        try:
            return honest(self, subject, step, **details)
        except Conflict:
            return None

    patch.setattr(BudgetLedger, "note", note)
    patch.setattr(
        press,
        "read_draw",
        lambda directory, _ledger, subject: msgspec.json.decode(
            path_of(directory, subject).read_bytes(), type=Draw
        ),
    )


@seeded("drawn anew on a re-run, under the ledger's eyes", "refused: Conflict")
def _redrawn_seen(patch: Patch) -> None:
    patch.setattr(drawing.Drawing, "_is_settled", lambda *_: False)


@seeded("noise from a seed", "attack: noise")
def _seeded_noise(patch: Patch) -> None:
    def draw(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> list[int]:
        rng = np.random.default_rng(len(counts))
        p = 1 - np.exp(-float(epsilon) / l1)
        drawn = rng.geometric(p, len(counts)) - rng.geometric(p, len(counts))
        return [count + int(each) for count, each in zip(counts, drawn, strict=True)]

    patch.setattr(noise, "draw", draw)


@seeded(
    "the pages of a day are not limited",
    CHANGES_MORE,
    TOO_SMALL,
)
def _unbounded_pages(patch: Patch) -> None:
    honest = ledger_module._pages_with
    patch.setattr(
        ledger_module, "_pages_with", lambda coarse, pages, _most: honest(coarse, pages, 10_000)
    )


@seeded(
    "every hit counts, not the first of a day alone",
    CHANGES_MORE,
    TOO_SMALL,
)
def _every_hit(patch: Patch) -> None:
    honest = contributing.contributions_of

    def contributions_of(site: Any, day: Any, hour: int, coarse: Any, answers: Any) -> list[Any]:
        answers.contributes = True
        return honest(site, day, hour, coarse, answers)

    patch.setattr(pipeline, "contributions_of", contributions_of)


@seeded("draws cut off at 0", "attack: noise")
def _clamped_draws(patch: Patch) -> None:
    honest = noise.draw

    def draw(counts: Sequence[int], *, l1: int, epsilon: Fraction) -> list[int]:
        return [max(0, each) for each in honest(counts, l1=l1, epsilon=epsilon)]

    patch.setattr(noise, "draw", draw)


@seeded("draws cut off at 0 before they are summed", "attack: subtraction")
def _clamped_before_summing(patch: Patch) -> None:
    honest = assembling._summed

    def summed(name: str, draws: Sequence[Any]) -> Any:
        if len(draws) > 1:
            draws = [
                msgspec.structs.replace(each, draws=tuple(max(0, n) for n in each.draws))
                for each in draws
            ]
        return honest(name, draws)

    patch.setattr(assembling, "_summed", summed)


@seeded("rows in the order of their figures", "attack: keys", FOLLOWS)
def _ordered_by_size(patch: Patch) -> None:
    honest = assembling._published

    def published(name: str, draw: Any, adjusted: Any) -> Any:
        table = honest(name, draw, adjusted)
        largest_first = sorted(table.figures, key=lambda figure: -figure.figure)
        return msgspec.structs.replace(table, figures=tuple(largest_first))

    patch.setattr(assembling, "_published", published)


@seeded("more spent than the policy grants", "refused: Conflict")
def _more_epsilon(patch: Patch) -> None:
    honest = PublicationPolicy.epsilon_of
    patch.setattr(PublicationPolicy, "epsilon_of", lambda self, table: 2 * honest(self, table))


@seeded(
    "figures that agree are published as draws",
    "attack: tables",
    "attack: noise",
    "attack: leaks",
    "attack: subtraction",
)
def _noise_taken_back(patch: Patch) -> None:
    def adjusted(tables: Any) -> Any:
        return {
            name: dataclasses.replace(made, draws=made.figures)
            for name, made in adjust(tables).items()
        }

    patch.setattr(assembling, "adjust", adjusted)


@seeded("totals without noise", "bound: a table passed the mechanism by")
def _exact_totals(patch: Patch) -> None:
    honest = press.Press._noise

    def asked(self: Any, counts: Sequence[int], l1: int, epsilon: Fraction) -> Sequence[int]:
        return counts if len(counts) == 1 else honest(self, counts, l1, epsilon)

    patch.setattr(press.Press, "_noise", asked)


@seeded("a tally beside the figures", "attack: leaks")
def _tally(patch: Patch) -> None:
    def with_tally(publication: Any, licence: Any, pages: Any) -> Any:
        tally = {"data/tally.csv": b"table,rows\npages,12\n"}
        return {**files_of(publication, licence, pages), **tally}

    patch.setattr(press, "files_of", with_tally)
