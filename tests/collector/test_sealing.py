"""Sealing: nothing is lost, nothing doubled, and nothing of a site that is not ripe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from collector.pace import Pace
from collector.sealing import FOLDED, Ripening, Sealing, folds_of, sealing_of
from collector.spooling.batches import Kept
from collector.spooling.blobs import unpack
from collector.spooling.entry import Commit, Entry, commits_of
from collector.spooling.tables import TABLES
from oboro.clock import SystemClock
from oboro.contributions import Contribution
from oboro.facts import Fact, summed
from oboro.outcomes import OutcomeCount
from oboro.randomness import SeededRandomness

SITES = ("a.jp", "b.jp", "c.jp")
PACE = Pace(SystemClock(), lambda _seconds: None)
DAYS = (date(2026, 3, 4), date(2026, 3, 5))

few = st.integers(0, 3)
facts = st.builds(
    Fact,
    site=st.sampled_from(SITES),
    day=st.sampled_from(DAYS),
    topic=st.sampled_from(("total", "page", "page*source")),
    value=st.sampled_from(("", "/", "/x", "\ud800")),
    value2=st.sampled_from(("", "search")),
    views=few,
    visits=few,
    visitors=few,
    events=few,
)
outcomes = st.builds(
    OutcomeCount,
    site=st.sampled_from(SITES),
    day=st.sampled_from(DAYS),
    outcome=st.sampled_from(("counted", "bot")),
    n=few,
)
contributions = st.builds(
    Contribution,
    site=st.sampled_from(SITES),
    day=st.sampled_from(DAYS),
    table=st.sampled_from(("totals", "pages")),
    key=st.sampled_from(("visitor-days", "/", "\ud800")),
    n=few,
)
entries = st.builds(
    Entry,
    st.lists(facts, max_size=6),
    st.lists(outcomes, max_size=2),
    contributions=st.lists(contributions, max_size=4),
    hits=st.just(()),
)
groups = st.lists(st.lists(entries, max_size=4), max_size=5)


def kept(commits: Sequence[Commit], number: int) -> list[Kept]:
    return [
        Kept(site, day.isoformat(), table, b"%d-%d" % (number, place), views, rows)
        for place, (site, day, table, views, rows) in enumerate(commits)
    ]


def all_kept(groups: list[list[Entry]]) -> list[Kept]:
    return [one for number, group in enumerate(groups) for one in kept(commits_of(group), number)]


def fact_of(site: str, day: date, labels: Sequence[str], counts: Sequence[int]) -> Fact:
    topic, value, value2 = labels
    return Fact(site, day, topic, value, value2, *counts)


def sealed_facts(sealing: Sealing) -> list[Fact]:
    return summed(
        fact_of(labels[0], batch.day, labels[1:], counts)
        for batch in sealing.batches
        if batch.table == "coarse_events"
        for labels, counts in unpack(TABLES[batch.table], batch.rows, sites=True).items()
    )


def readable(facts: list[Fact]) -> list[Fact]:
    """What cannot be written as UTF-8 is kept as a question mark."""
    return summed(fact._replace(value=fact.value.replace("\ud800", "?")) for fact in facts)


def facts_of(groups: list[list[Entry]], sites: set[str]) -> list[Fact]:
    return readable(
        [fact for group in groups for entry in group for fact in entry.facts if fact.site in sites]
    )


@given(groups, st.sets(st.sampled_from(SITES)))
def test_batches_hold_the_sums_of_the_ripe_sites_and_nothing_else(
    groups: list[list[Entry]], ripe: set[str]
) -> None:
    commits = all_kept(groups)
    sealing = sealing_of(
        [one for one in commits if one.site in ripe],
        [one for one in commits if one.site not in ripe],
        SeededRandomness(1),
        PACE,
    )
    assert sealed_facts(sealing) == facts_of(groups, ripe)
    assert not sealing.damaged


@given(groups, st.sets(st.sampled_from(SITES)))
def test_an_unripe_site_keeps_its_sums_in_one_commit_for_each_day_and_table(
    groups: list[list[Entry]], ripe: set[str]
) -> None:
    commits = all_kept(groups)
    unripe = [one for one in commits if one.site not in ripe]
    sealing = sealing_of(
        [one for one in commits if one.site in ripe], unripe, SeededRandomness(1), PACE
    )
    left = [one for one in unripe if one not in sealing.gone] + kept(sealing.merged, -1)
    places = [(one.site, one.day, one.table) for one in left]
    assert len(places) == len(set(places))
    unsealed = summed(
        fact_of(one.site, date.fromisoformat(one.day), labels, counts)
        for one in left
        if one.table == "coarse_events"
        for labels, counts in unpack(TABLES[one.table], one.rows).items()
    )
    assert unsealed == facts_of(groups, set(SITES) - ripe)


@given(groups)
def test_the_views_written_beside_rows_are_the_views_in_them(groups: list[list[Entry]]) -> None:
    commits = all_kept(groups)
    sealing = sealing_of(commits, [], SeededRandomness(1), PACE)
    views = sum(
        fact.views
        for fact in facts_of(groups, set(SITES))
        if (fact.topic, fact.value, fact.value2) == ("total", "", "")
    )
    assert sum(one.views for one in commits) == views
    assert sum(batch.views for batch in sealing.batches) == views


@given(st.lists(entries, max_size=6), st.randoms())
def test_a_commit_does_not_show_the_order_of_its_entries(
    group: list[Entry], random: Random
) -> None:
    other = list(group)
    random.shuffle(other)
    assert sorted(commits_of(group)) == sorted(commits_of(other))


@given(st.lists(st.lists(entries, max_size=4), max_size=60))
def test_each_commit_is_folded_in_one_small_step_or_left_alone(
    groups: list[list[Entry]],
) -> None:
    commits = all_kept(groups)
    steps, alone = folds_of(commits)
    assert sorted([*alone, *(one for step in steps for one in step)]) == sorted(commits)
    for step in steps:
        assert len(step) <= FOLDED
        sealing = sealing_of([], step, SeededRandomness(1), PACE)
        assert sorted(sealing.gone) == sorted(step)
        assert len(sealing.merged) <= len(step) / 2


def test_few_commits_are_sealed_in_one_step() -> None:
    few_commits = all_kept([[Entry([], [OutcomeCount("a.jp", DAYS[0], "bot", 1)])]] * FOLDED)
    assert folds_of(few_commits) == ([], few_commits)
    steps, _ = folds_of([*few_commits, *few_commits[:2]])
    assert steps


def test_damaged_bytes_are_told_apart_and_the_rest_is_sealed() -> None:
    whole, damaged = all_kept(
        [[Entry([Fact("a.jp", DAYS[0], "total", "", "", 1, 1, 1, 0)], [])]] * 2
    )
    damaged = damaged._replace(rows=damaged.rows[:-1] + b"\x63")
    sealing = sealing_of([whole, damaged], [], SeededRandomness(1), PACE)
    assert sealing.damaged == [damaged]
    assert sealing.gone == [whole]
    assert [batch.views for batch in sealing.batches] == [1]


steps = st.lists(
    st.tuples(st.sampled_from(SITES), st.integers(0, 1), st.floats(0, 100)), max_size=40
)


@given(steps)
def test_a_site_is_ripe_by_its_keys_or_by_its_oldest_commit(
    steps: list[tuple[str, int, float]],
) -> None:
    ripening = Ripening(keys=5, seconds=300.0)
    at = 0.0
    gathered: dict[str, tuple[int, float]] = {}
    for site, keys, pause in steps:
        at += pause
        ripening.add([site], keys, at)
        before, since = gathered.get(site, (0, at))
        gathered[site] = (before + keys, since)
        ripe = {name for name, (keys, since) in gathered.items() if keys >= 5 or at - since >= 300}
        assert set(ripening.take_ripe(at)) == ripe
        for name in ripe:
            del gathered[name]
        assert ripening.unripe == set(gathered)


def test_a_site_whose_sealing_failed_is_as_ripe_as_before() -> None:
    ripening = Ripening(keys=2, seconds=300.0)
    ripening.add(["a.jp"], 2, 0.0)
    taken = ripening.take_ripe(1.0)
    ripening.add(["a.jp"], 0, 2.0)
    ripening.put_back(taken)
    assert set(ripening.take_ripe(3.0)) == {"a.jp"}
