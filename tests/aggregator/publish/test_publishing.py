"""``oboro publish``: refused whole with the day named, or out whole, once, and signed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from aggregator.attack.mechanism import Mechanism, measure
from aggregator.day_state import DayState
from aggregator.days import Days
from aggregator.disclosure import noise
from aggregator.publish import issuing, measured, publishing
from aggregator.publish.budget import FILE as LEDGER
from aggregator.publish.budget import BudgetLedger
from aggregator.publish.bundle import read
from aggregator.publish.entries import Entry, Step, Subject
from aggregator.publish.page import render
from aggregator.publish.public_tables import public_tables
from oboro.policy import Cadence, KeySet, PublicationPolicy
from oboro.publication import Gap, Publication, decode
from oboro.workspace import Workspace
from tests.support.closed_days import (
    FEBRUARY,
    JANUARY,
    a_closed_month,
    close,
    contribute,
    contributions_left,
    make_void,
    mark,
)
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import a_site

TENTH = date(2026, 2, 10)
MONTH = ("--from", "2026-02-01", "--to", "2026-02-28")


@pytest.fixture
def ready(workspace: Workspace) -> Workspace:
    """Return a workspace with a site, its listed pages, and a key."""
    pages = KeySet(table="pages", keys=("/", "/a", "/b"))
    workspace.catalog.add_site(a_site(), [pages])
    run_oboro("key", "new", workspace=workspace)
    return workspace


def publish(workspace: Workspace, *options: str) -> Finished:
    return run_oboro(*("publish", "--site", "example.jp", "--json", *options), workspace=workspace)


def published(workspace: Workspace, done: Finished) -> Publication:
    assert done.status == 0, done.err
    return decode((Path(done.document["folder"]) / "publication.json").read_bytes())


def spent(workspace: Workspace) -> list[Step]:
    ledger = BudgetLedger.open(workspace.settings.data_dir)
    steps = [entry.step for entry in ledger.entries()]
    ledger.close()
    return steps


def refused(workspace: Workspace, *options: str) -> str:
    """Return why it is refused; nothing may be spent or lost by that."""
    left = contributions_left(workspace)
    done = publish(workspace, *options)
    assert done.status == 3
    assert spent(workspace) == []
    assert contributions_left(workspace) == left
    assert not (workspace.settings.data_dir / "publications").exists()
    return done.err


def test_a_closed_month_is_published_signed_and_verified(ready: Workspace, tmp_path: Path) -> None:
    a_closed_month(ready)

    done = publish(ready, *MONTH, "--out", str(tmp_path / "out"))
    publication = published(ready, done)

    assert (done.document["number"], done.document["new"]) == (1, True)
    assert [table.name for table in publication.tables] == [
        *("totals", "pages", "sources", "countries", "browsers", "systems", "devices"),
        *("hours", "languages"),
    ]
    [total] = publication.tables[0].figures
    # 560 visitor-days; noise beyond 300 has a probability of less than one in a million.
    assert abs(total.draw - 560) < 300
    assert total.low <= total.figure <= total.high
    pages = publication.tables[1]
    assert [figure.key for figure in pages.figures] == ["(other)", "/", "/a", "/b"]
    assert (pages.l0, pages.scale, pages.key_set.listed_on) == (8, "160/11", None)
    assert run_oboro("verify", str(tmp_path / "out"), workspace=ready).status == 0
    assert run_oboro("attack", str(tmp_path / "out"), workspace=ready).status == 0


def test_what_was_contributed_is_deleted_and_the_days_are_published(ready: Workspace) -> None:
    a_closed_month(ready)
    contribute(ready, [FEBRUARY.last + timedelta(1)])
    published(ready, publish(ready, *MONTH))
    days = Days.of(ready)

    assert contributions_left(ready) == 18
    assert {days.state("example.jp", day) for day in FEBRUARY.days()} == {DayState.PUBLISHED}


def test_the_same_again_is_the_same_bytes_and_spends_nothing(
    ready: Workspace, tmp_path: Path
) -> None:
    a_closed_month(ready)
    first = publish(ready, *MONTH, "--out", str(tmp_path / "1"))
    steps = spent(ready)

    again = [publish(ready, *MONTH, "--out", str(tmp_path / f"{n}")) for n in range(2, 5)]

    assert [done.document["new"] for done in (first, *again)] == [True, False, False, False]
    assert all(read(tmp_path / f"{n}") == read(tmp_path / "1") for n in range(2, 5))
    assert spent(ready) == steps
    assert publish(ready, *MONTH, "--out", str(tmp_path / "1")).status == 0


def test_the_next_publication_names_the_one_before(ready: Workspace) -> None:
    a_closed_month(ready, JANUARY)
    a_closed_month(ready)
    first = publish(ready, "--from", "2026-01-01", "--to", "2026-01-31").document["folder"]
    second = publish(ready, *MONTH).document["folder"]

    assert run_oboro("verify", first, second, workspace=ready).status == 0
    assert decode((Path(second) / "publication.json").read_bytes()).number == 2
    listed = ready.settings.data_dir / "publications" / "example.jp" / "publications.json"
    assert b'"number": 2' in listed.read_bytes()


def test_a_longer_stretch_adds_up_the_draws_that_are_there(ready: Workspace) -> None:
    a_closed_month(ready, JANUARY)
    a_closed_month(ready)
    months = [
        published(ready, publish(ready, *MONTH)),
        published(ready, publish(ready, "--from", "2026-01-01", "--to", "2026-01-31")),
    ]
    reserved = spent(ready).count(Step.RESERVED)

    both = published(ready, publish(ready, "--from", "2026-01-01", "--to", "2026-02-28"))

    assert spent(ready).count(Step.RESERVED) == reserved == 18
    for table, *parts in zip(both.tables, *(month.tables for month in months), strict=True):
        for figure, *some in zip(table.figures, *(part.figures for part in parts), strict=True):
            assert figure.draw == sum(each.draw for each in some)
    assert len(both.periods) == 2


def test_a_part_of_a_period_is_refused(ready: Workspace) -> None:
    a_closed_month(ready)

    says = refused(ready, "--from", "2026-02-01", "--to", "2026-02-14")

    assert "2026-02-14 lies within the period 2026-02-01 to 2026-02-28" in says


def test_an_open_day_is_refused_by_its_name(ready: Workspace) -> None:
    contribute(ready, FEBRUARY.days())
    close(ready, [day for day in FEBRUARY.days() if day != TENTH])
    Days.of(ready).note_open([("example.jp", TENTH)])

    assert "2026-02-10 of example.jp is not closed" in refused(ready, *MONTH, "--leave-out")


def test_a_period_that_is_not_over_is_refused(ready: Workspace) -> None:
    says = refused(ready, "--from", "2026-03-01", "--to", "2026-03-31")

    assert "2026-03-31 of example.jp is not over" in says


def test_a_void_day_is_refused_and_left_out_when_asked(ready: Workspace) -> None:
    a_closed_month(ready)
    make_void(ready, TENTH)

    assert "2026-02-10 of example.jp is void" in refused(ready, *MONTH)
    publication = published(ready, publish(ready, *MONTH, "--leave-out"))

    assert publication.gaps == (Gap(day="2026-02-10", code="void"),)
    assert contributions_left(ready) == 0


def test_a_day_that_a_mark_calls_void_is_refused_too(ready: Workspace) -> None:
    a_closed_month(ready)
    mark(ready, TENTH, "void", node="collector")

    assert "2026-02-10 of example.jp is void" in refused(ready, *MONTH)


def test_a_day_left_out_is_not_in_the_figures(ready: Workspace) -> None:
    contribute(ready, FEBRUARY.days())
    contribute(ready, [TENTH], {"totals": {"visitor-days": 1_000_000}})
    close(ready, FEBRUARY.days())
    make_void(ready, TENTH)

    [total] = published(ready, publish(ready, *MONTH, "--leave-out")).tables[0].figures

    assert total.draw < 10_000


def test_a_day_from_a_log_without_objections_needs_its_label(ready: Workspace) -> None:
    a_closed_month(ready)
    mark(ready, TENTH, "imported", "objections not knowable")

    assert (
        "2026-02-10 of example.jp is published only with its label: --label objections-not-knowable"
        in refused(ready, *MONTH)
    )
    assert "objections-not-knowable" in refused(ready, *MONTH, "--label", "demonstration")
    publication = published(ready, publish(ready, *MONTH, "--label", "objections-not-knowable"))
    assert (publication.label, publication.gaps) == ("objections-not-knowable", ())


def test_without_such_a_day_the_label_is_not_worn(ready: Workspace) -> None:
    a_closed_month(ready)

    publication = published(ready, publish(ready, *MONTH, "--label", "objections-not-knowable"))

    assert publication.label == ""


def test_made_up_days_are_published_as_such_only(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(demonstration=True))
    run_oboro("key", "new", workspace=workspace)
    a_closed_month(workspace)

    assert "--label demonstration" in refused(workspace, *MONTH)
    done = publish(workspace, *MONTH, "--label", "demonstration")
    assert published(workspace, done).label == "demonstration"


def test_days_on_which_nothing_was_counted_are_told(ready: Workspace) -> None:
    days = [day for day in FEBRUARY.days() if day != TENTH]
    contribute(ready, days)
    close(ready, days)
    mark(ready, date(2026, 2, 11), "partial", node="collector")

    publication = published(ready, publish(ready, *MONTH))

    assert publication.gaps == (
        Gap(day="2026-02-10", code="missing"),
        Gap(day="2026-02-11", code="partial"),
    )


def test_a_month_of_which_nothing_is_known_is_refused(ready: Workspace) -> None:
    assert "no day from 2026-02-01 to 2026-02-28 of example.jp can be published: missing" in (
        refused(ready, *MONTH)
    )


def test_without_a_key_nothing_is_spent(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    a_closed_month(workspace)

    done = publish(workspace, *MONTH)

    assert (done.status, "make one: oboro key new" in done.err) == (1, True)
    assert spent(workspace) == []


def test_without_a_list_there_is_no_table_of_pages(workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site())
    run_oboro("key", "new", workspace=workspace)
    a_closed_month(workspace)

    publication = published(workspace, publish(workspace, *MONTH))

    assert "pages" not in {table.name for table in publication.tables}


def test_pages_listed_within_the_period_are_published_from_the_next_one(
    ready: Workspace,
) -> None:
    since = date(2026, 2, 5)
    ready.catalog.add_key_set(
        "example.jp",
        KeySet(table="pages", keys=("/new",), listed_on=since, in_force_from=since),
    )
    a_closed_month(ready)

    publication = published(ready, publish(ready, *MONTH))

    assert "/new" not in {figure.key for figure in publication.tables[1].figures}


def test_periods_with_other_keys_are_published_apart(ready: Workspace) -> None:
    a_closed_month(ready, JANUARY)
    a_closed_month(ready)
    since = date(2026, 1, 20)
    ready.catalog.add_key_set(
        "example.jp",
        KeySet(table="pages", keys=("/new",), listed_on=since, in_force_from=since),
    )

    says = refused(ready, "--from", "2026-01-01", "--to", "2026-02-28")

    assert "the public keys of pages of example.jp are others from 2026-02-01 on" in says


def test_a_changed_policy_does_not_draw_the_same_days_again(ready: Workspace) -> None:
    a_closed_month(ready)
    before = published(ready, publish(ready, *MONTH))
    run_oboro("policy", "set", "example.jp", "--cadence", "week", workspace=ready)
    # What no command does: another policy for days that are drawn.
    ready.catalog.add_policy(
        "example.jp", PublicationPolicy(cadence=PublicationPolicy().cadence, distinct=3)
    )
    steps = spent(ready)

    assert published(ready, publish(ready, *MONTH)) == before
    assert spent(ready) == steps


def test_a_folder_that_holds_something_else_is_refused_first(
    ready: Workspace, tmp_path: Path
) -> None:
    a_closed_month(ready)
    (tmp_path / "note.txt").write_text("mine")

    assert f"{tmp_path} holds something else" in refused(ready, *MONTH, "--out", str(tmp_path))


def test_a_folder_with_another_publication_is_refused_first(
    ready: Workspace, tmp_path: Path
) -> None:
    ready.catalog.add_site(a_site("other.jp"))
    a_closed_month(ready, JANUARY)
    a_closed_month(ready)
    out = ("--out", str(tmp_path / "out"))
    assert publish(ready, "--from", "2026-01-01", "--to", "2026-01-31", *out).status == 0
    steps = spent(ready)

    other = run_oboro(
        *("publish", "--site", "other.jp", "--from", "2026-01-01", "--to", "2026-01-31", *out),
        workspace=ready,
    )

    assert f"{tmp_path / 'out'} holds something else" in publish(ready, *MONTH, *out).err
    assert f"{tmp_path / 'out'} holds something else" in other.err
    assert spent(ready) == steps
    assert publish(ready, "--from", "2026-01-01", "--to", "2026-01-31", *out).status == 0


def test_days_left_out_are_told_by_their_first_and_last(ready: Workspace) -> None:
    some = [date(2026, 2, 1), TENTH, FEBRUARY.last]
    contribute(ready, some)
    close(ready, some)

    done = run_oboro("publish", "--site", "example.jp", *MONTH, workspace=ready)

    assert [line.strip() for line in done.out.splitlines()[-2:]] == [
        "2026-02-02 to 2026-02-09: missing",
        "2026-02-11 to 2026-02-27: missing",
    ]


@pytest.mark.parametrize(
    "options",
    [("--from", "2026-02-30", "--to", "2026-02-28"), ("--from", "2026-02-01")],
)
def test_what_is_asked_wrongly_is_a_wrong_use(ready: Workspace, options: tuple[str, ...]) -> None:
    assert publish(ready, *options).status == 2


def test_an_attack_that_finds_something_stops_the_publication(
    ready: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(ready)
    honest = publishing._noise
    monkeypatch.setattr(publishing, "_noise", lambda counts, *_: [max(0, n) for n in counts])
    monkeypatch.setattr(
        publishing,
        "public_tables",
        lambda *arguments: [
            table
            for table in honest_tables(*arguments)
            if table.name in ("totals", "devices", "hours")
        ],
    )
    honest_render = render
    monkeypatch.setattr(issuing, "render", lambda *each: honest_render(*each) | {"tally.bin": b"7"})

    done = publish(ready, *MONTH)

    assert (done.status, "tally.bin is no file of a publication" in done.err) == (1, True)
    assert not (ready.settings.data_dir / "publications").exists()
    assert Step.NUMBERED not in spent(ready)
    assert honest is not publishing._noise


honest_tables = public_tables


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_after(reached: Callable[[Subject, Step], bool]) -> Iterator[None]:
    """Have who publishes within the block die once the ledger has an entry that is *reached*."""
    honest = BudgetLedger.note

    def deadly(ledger: BudgetLedger, subject: Subject, step: Step, **details: object) -> Entry:
        entry = honest(ledger, subject, step, **details)
        if reached(subject, step):
            raise Killed
        return entry

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BudgetLedger, "note", deadly)
        with pytest.raises(Killed):
            yield


STEPS = ("put", "write_archive", "_attack", "note", "mark_published")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_while_it_is_put_out_leaves_one_publication_of_the_same_draws(
    ready: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    a_closed_month(ready)
    owner = {"note": BudgetLedger, "mark_published": Days}.get(step)
    target = owner or issuing
    honest = getattr(target, step)

    def deadly(*arguments: object, **named: object) -> object:
        if step == "note" and Step.NUMBERED not in arguments:
            return honest(*arguments, **named)
        if when == "after":
            honest(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(target, step, deadly)
        with pytest.raises(Killed):
            publish(ready, *MONTH)
    drawn = {path: path.read_bytes() for path in ready.settings.data_dir.glob("draws/**/*.json")}
    done = publish(ready, *MONTH)

    assert published(ready, done).number == 1
    assert {path: path.read_bytes() for path in drawn} == drawn
    root = ready.settings.data_dir / "publications" / "example.jp"
    assert [path.name for path in root.glob("*_*")] == ["0001_2026-02-01_2026-02-28"]
    assert spent(ready).count(Step.PUBLISHED) == 1
    assert run_oboro("verify", done.document["folder"], workspace=ready).status == 0


def test_a_publication_that_was_killed_is_finished_before_the_next(
    ready: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_closed_month(ready, JANUARY)
    a_closed_month(ready)

    def deadly(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(issuing, "put", deadly)
        with pytest.raises(Killed):
            publish(ready, "--from", "2026-01-01", "--to", "2026-01-31")

    done = publish(ready, *MONTH)

    assert done.document["number"] == 2
    root = ready.settings.data_dir / "publications" / "example.jp"
    assert len(list(root.glob("0001_2026-01-01*"))) == 1


def test_two_at_once_publish_once(ready: Workspace) -> None:
    a_closed_month(ready)
    asked = publishing.Asked(site=a_site(), first=FEBRUARY.first, last=FEBRUARY.last)
    answers: list[issuing.Published] = []

    def run() -> None:
        answers.append(publishing.Publishing.of(ready).publish(asked, lambda *_: None))

    publishing.Publishing.of(ready)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.new for answer in answers) == [False, True]
    assert answers[0].publication == answers[1].publication
    assert spent(ready).count(Step.DRAWN) == 9


@pytest.mark.parametrize("gone", ["changed", "missing", "a file changed", "a file added"])
def test_a_publication_that_was_changed_in_its_place_is_named(ready: Workspace, gone: str) -> None:
    a_closed_month(ready)
    folder = Path(publish(ready, *MONTH).document["folder"])
    if gone == "missing":
        shutil.rmtree(folder)
    elif gone == "a file changed":
        (folder / "data" / "hours.csv").write_text("")
    elif gone == "a file added":
        (folder / "tally.txt").write_text("")
    else:
        (folder / "SHA256SUMS").write_text("")

    done = publish(ready, *MONTH)

    assert (done.status, "is not what was published" in done.err) == (1, True)
    assert ("hours.csv" in done.err, "tally.txt" in done.err) == (
        gone == "a file changed",
        gone == "a file added",
    )


def test_one_before_it_that_is_gone_is_named_before_anything_is_spent(ready: Workspace) -> None:
    a_closed_month(ready, JANUARY)
    folder = publish(ready, "--from", "2026-01-01", "--to", "2026-01-31").document["folder"]
    a_closed_month(ready)
    steps, left = spent(ready), contributions_left(ready)
    shutil.rmtree(folder)

    done = publish(ready, *MONTH)

    assert (done.status, f"{folder} is not what was published" in done.err) == (1, True)
    assert (spent(ready), contributions_left(ready)) == (steps, left)


def test_pages_that_are_called_after_a_moment_are_published(workspace: Workspace) -> None:
    named = ("/at/2026-02-03T10:11:12", "/a'1712345678", "/<1712345678>")
    workspace.catalog.add_site(a_site(), [KeySet(table="pages", keys=named)])
    run_oboro("key", "new", workspace=workspace)
    a_closed_month(workspace)

    publication = published(workspace, publish(workspace, *MONTH))

    assert {figure.key for figure in publication.tables[1].figures} == {"(other)", *named}


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [("0001-01-01", "2026-02-28", 2), ("9999-12-01", "9999-12-31", 3)],
)
def test_days_that_no_site_had_are_refused_at_once(
    ready: Workspace, first: str, last: str, status: int
) -> None:
    assert publish(ready, "--from", first, "--to", last).status == status
    assert spent(ready) == []


@pytest.mark.parametrize("again", ["as it was", "without pages", "with another epsilon"])
@pytest.mark.parametrize("closed", [True, False])
def test_a_site_erased_while_it_was_drawn_and_declared_anew_spends_no_more(
    ready: Workspace, again: str, closed: bool
) -> None:
    a_closed_month(ready)

    with killed_after(lambda subject, step: (subject.name, step) == ("totals", Step.DRAWN)):
        publish(ready, *MONTH)
    assert run_oboro("erase", "--site", "example.jp", "--yes", workspace=ready).status == 0
    keys = [] if again == "without pages" else [KeySet(table="pages", keys=("/", "/a", "/b"))]
    ready.catalog.add_site(a_site(), keys)
    if again == "with another epsilon":
        ready.catalog.add_policy("example.jp", PublicationPolicy(epsilon=Fraction(10)))
    if closed:
        a_closed_month(ready)

    publication = published(ready, publish(ready, *MONTH))

    drawn = {
        "as it was": 9 if closed else 1,
        "without pages": 8 if closed else 1,
        "with another epsilon": 1,
    }[again]
    assert len(publication.tables) == drawn
    assert [gap.code.startswith("lost-") for gap in publication.gaps] == [True] * (9 - drawn)
    assert spent(ready).count(Step.RESERVED) == 9
    assert spent(ready).count(Step.DRAWING) == drawn
    assert contributions_left(ready) == 0


@pytest.mark.parametrize("step", [Step.CLEARED, Step.NUMBERED])
@pytest.mark.parametrize("cadence", [Cadence.MONTH, Cadence.WEEK])
def test_a_site_declared_anew_before_its_draws_were_handed_out_hands_them_out_as_they_were_drawn(
    ready: Workspace, step: Step, cadence: Cadence
) -> None:
    a_closed_month(ready)

    with killed_after(lambda _, now: now is step):
        publish(ready, *MONTH)
    assert run_oboro("erase", "--site", "example.jp", "--yes", workspace=ready).status == 0
    ready.catalog.add_site(a_site(), [KeySet(table="pages", keys=("/", "/a", "/b"))])
    ready.catalog.add_policy(
        "example.jp", PublicationPolicy(epsilon=Fraction(10), distinct=3, cadence=cadence)
    )

    done = publish(ready, *MONTH)

    assert spent(ready).count(Step.RESERVED) == 9
    if (cadence, step) == (Cadence.WEEK, Step.CLEARED):
        assert (done.status, "2026-02-01 lies within the period" in done.err) == (3, True)
    else:
        publication = published(ready, done)
        assert (publication.epsilon, publication.distinct) == ("1", 8)
        assert len(publication.tables) == 9


def test_periods_drawn_before_and_after_a_site_was_declared_anew_are_refused_together(
    ready: Workspace,
) -> None:
    a_closed_month(ready, JANUARY)
    with killed_after(lambda _, step: step is Step.CLEARED):
        publish(ready, "--from", "2026-01-01", "--to", "2026-01-31")
    assert run_oboro("erase", "--site", "example.jp", "--yes", workspace=ready).status == 0
    ready.catalog.add_site(a_site(), [KeySet(table="pages", keys=("/", "/a", "/b"))])
    ready.catalog.add_policy("example.jp", PublicationPolicy(epsilon=Fraction(10)))
    a_closed_month(ready)
    steps, left = spent(ready), contributions_left(ready)

    done = publish(ready, "--from", "2026-01-01", "--to", "2026-02-28")

    assert (done.status, "publish them apart" in done.err) == (3, True)
    assert (spent(ready), contributions_left(ready)) == (steps, left)
    assert published(ready, publish(ready, *MONTH)).epsilon == "10"


def test_the_ledger_lies_where_everything_is_kept(ready: Workspace) -> None:
    a_closed_month(ready)
    publish(ready, *MONTH)

    assert (ready.settings.data_dir / LEDGER).is_file()


def test_noise_that_is_too_small_is_measured_before_anything_is_spent(
    ready: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = noise.draw
    a_closed_month(ready)
    measured._measured.cache_clear()
    halved = partial(_halved, honest)
    monkeypatch.setattr(measured, "measure", partial(measure, mechanism=halved))

    done = publish(ready, *MONTH)

    measured._measured.cache_clear()
    assert done.status == 1
    assert "too little noise" in done.err
    assert spent(ready) == []
    assert contributions_left(ready)


def _halved(
    honest: Mechanism, counts: Sequence[int], *, l1: int, epsilon: Fraction
) -> Sequence[int]:
    return honest(counts, l1=l1, epsilon=2 * epsilon)
