"""Attack a data directory that a real log was counted into, at each stage: ``make attack``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import mean

from oboro.migrate import migrate
from oboro.settings import Settings
from oboro.store import Store
from tests.privacy.linkage.attack import attacked, attacked_crossed_rows, rebuilt_at_once
from tests.privacy.linkage.replay import pages_of, spread
from tests.privacy.linkage.score import Score, dealt_at_random, score
from tests.privacy.linkage.states import live, unsealed
from tests.support.real_log import real_log, site_of

DEALS = 50


def main() -> int:
    """Print the share of trails that each stage gives away."""
    log = real_log()
    if log is None:
        print("skipped: there is no real log here; OBORO_REAL_LOG names one in combined format")
        return 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with closing(Store.open(Settings(data_dir=directory))) as store:
            migrate(store)
            _attack(log, directory, store)
    return 0


def _attack(log: Path, directory: Path, store: Store) -> None:
    site = site_of(log)
    pages = spread(pages_of(log, site))
    history, commits = asyncio.run(unsealed(directory / "unsealed", site, pages))
    really = history.trails()
    print(
        f"{len(history.views()):,} page views of {len(really):,} visitor-days on "
        f"{len({day for day, _ in really})} days; "
        f"{sum(len(pages) > 1 for _, pages in really)} of them with two page views or more.\n"
        "rebuilt: trails named page for page. right: of the pairs of views that were linked. "
        "found: of the pairs there are.\n"
    )
    print(f"{'':62}{'rebuilt':>8}{'right':>8}{'found':>8}")
    _line("for comparison: crossed rows, first-of-day flag, no id", *attacked_crossed_rows(history))
    _line("no tick ever came: every commit by itself", *attacked(commits, history))
    stages = asyncio.run(live(directory / "live", site, pages, store))
    _line("spool full: no batch ever reached the store", *attacked(stages.full, stages.history))
    _line("store, and no hourly sum ever came", *attacked(stages.before, stages.history))
    _line("store after the hourly sum", *attacked(stages.after, stages.history))
    deals = [score(really, dealt_at_random(really, seed)) for seed in range(DEALS)]
    by_chance = [mean(values) for values in zip(*(deal[:3] for deal in deals), strict=True)]
    chance = Score(by_chance[0], by_chance[1], by_chance[2], 0, 0)
    _line("for comparison: views dealt blindly to trails of the true lengths", "", chance)
    pending = rebuilt_at_once(stages.pending, stages.history)
    hourly = rebuilt_at_once(stages.hourly, stages.history)
    print(
        f"\ntrails in one copy of the spool before a tick ({len(pending):,} copies): "
        f"{mean(pending):.2f} on average, {max(pending)} at most"
        f"\ntrails in one copy of the store before an hourly sum ({len(hourly)} copies): "
        f"{mean(hourly):.1f} on average, {max(hourly)} at most"
    )


def _line(stage: str, way: str, result: Score) -> None:
    shares = "".join(f"{share:8.1%}" for share in result[:3])
    print(f"{stage:62}{shares}  {f'by {way}' if way else ''}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
