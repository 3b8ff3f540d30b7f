"""Attack a data directory that a real log was counted into, at each stage: ``make attack``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import mean

from oboro.migrate import migrate
from oboro.settings import Settings
from oboro.store import Store
from tests.privacy.linkage.arrivals import declared, with_all_topics
from tests.privacy.linkage.attack import attacked, attacked_crossed_rows, rebuilt_at_once
from tests.privacy.linkage.happenings import dealt_to_anybody, share_right
from tests.privacy.linkage.quiet import fewer, summed
from tests.privacy.linkage.replay import History, pages_of, spread
from tests.privacy.linkage.score import Score, dealt_at_random, score
from tests.privacy.linkage.states import a_pipeline, live, unsealed
from tests.support.real_log import real_log, site_of

DEALS = 50
DRAWS = 10
VISITORS = (2, 5, 10, 20, 50, 100)
COLUMNS = ("rebuilt", "differing", "right", "found", "happened")


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
    site = declared(site_of(log))
    arrivals = with_all_topics(spread(pages_of(log, site)), site)
    history, commits = asyncio.run(unsealed(directory / "unsealed", site, arrivals))
    really = history.trails()
    several = [set(pages) for _, pages in really if len(pages) > 1]
    print(
        f"{len(history.views()):,} page views of {len(really):,} visitor-days on "
        f"{len({day for day, _ in really})} days; {len(several)} of them with two page views or "
        f"more, {sum(len(pages) > 1 for pages in several)} of two different pages or more.\n"
        f"{sum(map(len, history.happened.values())):,} events, downloads and links were told "
        "beside them, and how long and how far pages were read.\n"
        "rebuilt: trails named page for page. differing: of those of different pages.\n"
        "right: of the pairs of views that were linked. found: of the pairs there are.\n"
        "happened: of the pairs of a page and something that happened, those that were right.\n"
    )
    print(f"{'':62}{''.join(f'{column:>10}' for column in COLUMNS)}")
    _line("for comparison: crossed rows, first-of-day flag, no id", *attacked_crossed_rows(history))
    _line("no tick ever came: every commit by itself", *attacked(commits, history))
    stages = asyncio.run(live(directory / "live", site, arrivals, store))
    _line("spool full: no batch ever reached the store", *attacked(stages.full, stages.history))
    _line("store, and no hourly sum ever came", *attacked(stages.before, stages.history))
    _line("store after the hourly sum", *attacked(stages.after, stages.history))
    _line(
        "for comparison: views dealt blindly to trails of the true lengths", "", by_chance(history)
    )
    pending = rebuilt_at_once(stages.pending, stages.history)
    hourly = rebuilt_at_once(stages.hourly, stages.history)
    print(
        f"\ntrails in one copy of the spool before a tick ({len(pending):,} copies): "
        f"{mean(pending):.2f} on average, {max(pending)} at most"
        f"\ntrails in one copy of the store before an hourly sum ({len(hourly)} copies): "
        f"{mean(hourly):.1f} on average, {max(hourly)} at most"
    )
    print("\nthe store after the hourly sum, by visitors of a day (drawn from the log's):")
    for visitors in VISITORS:
        got, blind = [], []
        for seed in range(DRAWS):
            settings = Settings(data_dir=directory)
            bundles, some = summed(fewer(arrivals, visitors, seed), a_pipeline(site, settings))
            got.append(attacked(bundles, some)[1])
            blind.append(by_chance(some))
        _line(f"{visitors} visitors a day", "", averaged(got))
        _line("    dealt blindly", "", averaged(blind))


def by_chance(history: History) -> Score:
    """Return what blind dealing gets on average."""
    really, marked = history.trails(), history.marked()
    deals = []
    for seed in range(DEALS):
        dealt = dealt_at_random(really, seed)
        happened = share_right(marked, dealt_to_anybody(dealt, marked, seed))
        deals.append(score(really, dealt)._replace(happened=happened))
    return averaged(deals)


def averaged(scores: Sequence[Score]) -> Score:
    """Return the mean of each measure."""
    return Score(*(mean(values) for values in zip(*scores, strict=True)))


def _line(stage: str, way: str, result: Score) -> None:
    shares = "".join(f"{getattr(result, column):10.1%}" for column in COLUMNS)
    print(f"{stage:62}{shares}  {f'by {way}' if way else ''}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
