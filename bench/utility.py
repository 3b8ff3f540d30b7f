"""Measure how near published figures come to the truth, and whether their margins hold.

``python -m bench.utility``. A generated site of 200,000 key-days and 20,000 listed pages is
published again and again; beside it, the parameters of Wikimedia's release of page views by
country (first ten different pages, Gaussian noise of 18.26, rows below 90 left out) on the same
site. Truth is what was read without any bound, unless it says otherwise.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from aggregator.disclosure.adjust import Drawn, adjust
from aggregator.disclosure.laplace import Term, noise_of
from aggregator.disclosure.noise import draw, scale_of
from oboro.contributions import PUBLICATION_TABLES, Bound
from oboro.policy import PublicationPolicy
from tests.support.published_site import Integers, Site, generated

KEY_DAYS = 200_000
PAGES = 20_000
PUBLICATIONS = 20
COVERED = 1_000
"""How often tables that add up are published to see how often their intervals hold."""
SMALL_KEY_DAYS = 3_000
FROM = 100
"""The least figure whose relative error counts."""
GOAL = 0.025
WIKIMEDIA_K, WIKIMEDIA_SIGMA, WIKIMEDIA_FROM = 10, 18.26, 90
FEW = 0.001
"""How many rows about nothing a publication may be expected to have."""

Floats = NDArray[np.float64]


def relative_errors(truth: Integers, figures: Integers, chosen: NDArray[np.bool_]) -> Floats:
    """Return how far *figures* are from *truth*, as a part of it, where *chosen* says so."""
    some = chosen & (truth > 0)
    errors: Floats = np.abs(figures[some] - truth[some]) / truth[some]
    return errors


def laplace_pages(site: Site, distinct: int, epsilon: Fraction) -> Integers:
    """Return the page figures of one publication."""
    counts = [int(count) for count in site.page_counts(distinct)]
    drawn = draw(counts, l1=distinct, epsilon=epsilon)
    table = Drawn(draws=drawn, scale=scale_of(distinct, epsilon), periods=1, once=False)
    return adjust({"pages": table})["pages"].figures


def wikimedia_pages(site: Site, rng: np.random.Generator) -> Integers:
    """Return the same by Wikimedia's parameters; 0 where a row is left out."""
    counts = site.page_counts(WIKIMEDIA_K)
    noisy = counts + np.rint(rng.normal(0, WIKIMEDIA_SIGMA, len(counts))).astype(np.int64)
    return np.where(noisy >= WIKIMEDIA_FROM, noisy, 0)


def accuracy(site: Site, distinct: int, made: Sequence[Integers]) -> dict[str, object]:
    """Return the median and 95th percentile of relative errors over publications."""
    truth, counted = site.page_counts(), site.page_counts(distinct)
    by_bound = [relative_errors(counted, each, each >= FROM) for each in made]
    by_figure = [relative_errors(truth, each, each >= FROM) for each in made]
    by_truth = [relative_errors(truth, each, (truth >= FROM) & (each > 0)) for each in made]
    medians = [float(np.median(each)) for each in by_figure]
    return {
        f"figures of {FROM} or more": round(float(np.mean([len(each) for each in by_figure])), 1),
        "median relative error": round(float(np.median(np.concatenate(by_figure))), 4),
        "of single publications": [round(min(medians), 4), round(max(medians), 4)],
        "95th percentile": round(float(np.quantile(np.concatenate(by_figure), 0.95)), 4),
        f"median where the truth is {FROM} or more": round(
            float(np.median(np.concatenate(by_truth))), 4
        ),
        f"median beside the first {distinct} pages of a day": round(
            float(np.median(np.concatenate(by_bound))), 4
        ),
        f"share of pages of {2 * FROM} or more that are left out": round(
            float(np.mean([(each[truth >= 2 * FROM] == 0).mean() for each in made])), 5
        ),
    }


def spurious(site: Site, distinct: int, epsilon: Fraction) -> dict[str, object]:
    """Return how many pages that nobody read are expected to be shown as read by `FROM` or more.

    Exactly, from the tail of the distribution: that none was seen would prove nothing.
    """
    unread = int((site.page_counts() == 0).sum())
    noise = noise_of(Term(scale_of(distinct, epsilon)))
    threshold = next(t for t in range(1, 100_000) if PAGES * noise.beyond(t) <= FEW)
    theirs = float(unread * stats.norm.sf(WIKIMEDIA_FROM - 0.5, scale=WIKIMEDIA_SIGMA))
    return {
        "pages nobody read": unread,
        f"expected at {FROM} or more": float(f"{unread * noise.beyond(FROM):.2g}"),
        f"expected by Wikimedia's parameters, at {WIKIMEDIA_FROM} or more": float(f"{theirs:.2g}"),
        f"of {PAGES} pages, were all unread, expected at most {FEW} from": threshold,
    }


def coverage(
    truths: Mapping[str, Integers], policy: PublicationPolicy, publications: int
) -> dict[str, object]:
    """Return how often intervals held what was counted, by table, of all *publications*.

    "Apart": keys that stand at least two margins above 0, so that no figure was moved to agree.
    """
    held: dict[str, dict[str, list[NDArray[np.bool_]]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(publications):
        drawn = {}
        for name, truth in truths.items():
            table, epsilon = PUBLICATION_TABLES[name], policy.epsilon_of(name)
            l1 = table.l0(policy.distinct)
            drawn[name] = Drawn(
                draws=draw([int(count) for count in truth], l1=l1, epsilon=epsilon),
                scale=scale_of(l1, epsilon),
                periods=1,
                once=table.bound is Bound.ONCE,
            )
        for name, made in adjust(drawn).items():
            truth, apart = truths[name], truths[name] >= 2 * (made.draw_high[0] - made.draws[0])
            by_figure = (made.low <= truth) & (truth <= made.high)
            for where in (name, "all tables"):
                held[where]["draws"].append((made.draw_low <= truth) & (truth <= made.draw_high))
                held[where]["figures"].append(by_figure)
                held[where]["figures apart"].append(by_figure[apart])
    return {name: _percent(kinds) for name, kinds in held.items()}


def _percent(kinds: Mapping[str, Sequence[NDArray[np.bool_]]]) -> dict[str, float]:
    """Return the shares in percent, and how many intervals they are of."""
    shares: dict[str, float] = {"intervals": sum(map(len, kinds["draws"]))}
    for kind, several in kinds.items():
        if sum(map(len, several)):
            shares[kind] = round(100 * float(np.concatenate(several).mean()), 2)
    return shares


def main() -> None:
    """Print the figures as one JSON document."""
    rng = np.random.default_rng(20260401)
    site = generated(KEY_DAYS, PAGES, rng)
    figures: dict[str, object] = {}
    for distinct in (5, 6, 7, 8, 10):
        made = [laplace_pages(site, distinct, Fraction(1)) for _ in range(PUBLICATIONS)]
        figures[f"Laplace, K = {distinct}, epsilon 1 on pages, delta 0"] = accuracy(site, 8, made)
    made = [laplace_pages(site, 8, PublicationPolicy().epsilon_of("pages")) for _ in range(20)]
    figures["Laplace, K = 8, epsilon 11/20 on pages (default policy)"] = accuracy(site, 8, made)
    made = [wikimedia_pages(site, rng) for _ in range(PUBLICATIONS)]
    figures["Gaussian, K = 10, sigma 18.26, from 90 (Wikimedia's, delta 1e-7)"] = accuracy(
        site, WIKIMEDIA_K, made
    )
    figures["goal of Laplace, K = 8: median relative error at most"] = GOAL
    figures["spurious pages at epsilon 1"] = spurious(site, 8, Fraction(1))
    policy = PublicationPolicy()
    small = generated(SMALL_KEY_DAYS, 1, rng)
    figures["intervals that held, in percent"] = {
        "pages": coverage({"pages": site.page_counts(policy.distinct)}, policy, PUBLICATIONS),
        "tables that add up": coverage(site.closed, policy, COVERED),
        f"tables that add up, of {SMALL_KEY_DAYS} key-days": coverage(
            small.closed, policy, COVERED
        ),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
