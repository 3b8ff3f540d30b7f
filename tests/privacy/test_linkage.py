"""How much of a real site's visitors a thief of the whole data directory can put together again.

``make attack`` prints the figures. The bounds here leave room for a cleverer way of breaking
ties, and none for a change that puts attributes together again.
"""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from statistics import mean

import pytest

from oboro.settings import Settings
from oboro.store import Store
from oboro.topics import SINGLES
from oboro.workspace import Workspace
from tests.privacy.linkage.arrivals import declared, views_of, with_all_topics
from tests.privacy.linkage.attack import attacked, attacked_crossed_rows, rebuilt_at_once
from tests.privacy.linkage.quiet import fewer, summed
from tests.privacy.linkage.replay import History, pages_of, spread
from tests.privacy.linkage.rows import Bundle, in_store
from tests.privacy.linkage.states import Live, a_pipeline, live, unsealed
from tests.support.command_line import run_oboro
from tests.support.real_log import real_log, site_of

DAY = 86_400
ELSEWHERE = {"region", "network"}
"""Topics that need databases which do not come with the project."""

pytestmark = pytest.mark.real_log


@pytest.fixture(scope="module")
def log() -> Path:
    """A real log, or a skip that says why."""
    path = real_log()
    if path is None:
        pytest.skip("there is no real log here; OBORO_REAL_LOG names one in combined format")
    return path


@pytest.fixture(scope="module")
def no_tick(log: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[History, list[Bundle]]:
    """What would lie in the spool if no tick ever came."""
    site = declared(site_of(log))
    arrivals = with_all_topics(pages_of(log, site), site)
    return asyncio.run(unsealed(tmp_path_factory.mktemp("no-tick"), site, arrivals))


@pytest.fixture(scope="module")
def stages(log: Path, opened_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Live:
    """What lies in the data directory at each stage of one whole day; the bench takes all days."""
    site, directory = declared(site_of(log)), tmp_path_factory.mktemp("live")
    pages = spread(pages_of(log, site))
    day = pages[len(pages) // 2].at // DAY
    one_day = [page for page in pages if page.at // DAY == day]
    arrivals = with_all_topics(one_day, site)
    return asyncio.run(live(directory, site, arrivals, opened_store))


def test_the_attacker_is_able(no_tick: tuple[History, list[Bundle]]) -> None:
    history, commits = no_tick

    _, crossed = attacked_crossed_rows(history)
    _, apart = attacked(commits, history)

    # Of all that is told of visits, nothing is missing from what he is given.
    told = {topic for commit in commits for topic, _, _ in commit.rows}
    assert told >= {topic.name for topic in SINGLES if not topic.gathered} - ELSEWHERE
    # Whoever cannot link what is known to give trails away proves nothing by failing elsewhere.
    assert crossed.trails > 200
    assert crossed.rebuilt > 0.7
    assert apart.rebuilt > 0.7


def test_the_spool_at_any_moment_gives_away_hardly_a_trail(stages: Live) -> None:
    trails = rebuilt_at_once(stages.pending, stages.history)

    assert len(trails) > 300
    assert mean(trails) < 0.1
    assert max(trails) <= 3


def test_the_store_right_before_an_hourly_sum_gives_away_few_trails(stages: Live) -> None:
    trails = rebuilt_at_once(stages.hourly, stages.history)

    assert len(trails) >= 23
    assert mean(trails) < 4


def test_even_batches_that_were_never_summed_give_away_a_minor_part(stages: Live) -> None:
    for bundles in (stages.full, stages.before):
        _, result = attacked(bundles, stages.history)

        assert result.rebuilt < 0.4


def test_after_the_hourly_sum_little_is_left_to_link(stages: Live) -> None:
    _, result = attacked(stages.after, stages.history)

    assert len(stages.after) == 1
    assert result.trails > 50
    assert result.rebuilt < 0.1
    assert result.differing < 0.05
    assert result.right < 0.3
    assert result.happened < 0.35


def test_what_a_day_is_summed_to_is_what_its_facts_add_up_to(stages: Live, log: Path) -> None:
    site = declared(site_of(log))
    settings = Settings(data_dir=Path())
    bundles, history = summed(stages.arrivals, a_pipeline(site, settings))

    assert [bundle.rows for bundle in bundles] == [bundle.rows for bundle in stages.after]
    assert history.marked() == stages.history.marked()


def test_a_day_of_a_handful_of_visitors_is_what_the_attacker_can_do_most_with(
    stages: Live, log: Path
) -> None:
    site = declared(site_of(log))
    few = []
    for seed in range(10):
        pipeline = a_pipeline(site, Settings(data_dir=Path()))
        bundles, history = summed(fewer(stages.arrivals, 5, seed), pipeline)
        few.append(attacked(bundles, history)[1].rebuilt)

    # docs/limits.md says so; an attacker who did no better here would be unable.
    assert mean(few) > 0.3


def test_what_is_kept_for_publications_helps_no_attacker(stages: Live) -> None:
    for bundles in (stages.full, stages.before, stages.after):
        some = [bundle for bundle in bundles if bundle.total.visitors]
        without = [dataclasses.replace(bundle, contributed={}) for bundle in bundles]

        # He does find out which contributions came down with which rows.
        assert sum(bool(bundle.contributed) for bundle in some) > 0.95 * len(some)
        _, helped = attacked(bundles, stages.history)
        _, alone = attacked(without, stages.history)
        assert helped.rebuilt <= alone.rebuilt + 0.02
        assert helped.right <= alone.right + 0.02


def test_an_imported_log_gives_away_as_little(workspace: Workspace, log: Path) -> None:
    site = site_of(log)
    workspace.catalog.add_site(site)
    done = run_oboro("import-log", "--site", site.host, str(log), "--json", workspace=workspace)
    found = in_store(workspace.store, site.host)

    history = History.of(views_of(pages_of(log, site), site), a_pipeline(site, workspace.settings))
    _, result = attacked(found, history)

    assert done.document["counted"] == len(history.views())
    assert sum(bundle.total.views for bundle in found) == len(history.views())
    assert result.rebuilt < 0.08
    assert result.right < 0.25
