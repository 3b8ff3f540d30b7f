"""``oboro import-log``, from the lines of a log to the figures of its days."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.log_import.importing import Import
from collector.log_import.pipelines import counting_by
from oboro.errors import Conflict, OboroError
from oboro.goals import Goal
from oboro.ground import GROUND
from oboro.operations import operations_of
from oboro.program import Program
from oboro.rooms import load_rooms
from oboro.settings import Settings
from oboro.topics import TOPICS
from oboro.workspace import Workspace
from tests.support.command_line import Finished, call_oboro, run_oboro, served
from tests.support.log_lines import CHROME, a_common_line, a_line
from tests.support.places import places_of
from tests.support.workspace import a_site

SITE = "example.jp"
TABLES = (
    "coarse_events",
    "outcomes",
    "contributions",
    "days",
    "imported_events",
    "imported_outcomes",
    "imported_contributions",
)


@pytest.fixture
def counted(workspace: Workspace) -> Workspace:
    workspace.catalog.add_site(a_site(SITE))
    return workspace


def a_log(directory: Path, lines: Iterable[bytes], name: str = "access.log") -> Path:
    path = directory / name
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def import_log(workspace: Workspace, *arguments: object) -> Finished:
    return run_oboro(
        "import-log", "--site", SITE, "--json", *map(str, arguments), workspace=workspace
    )


def rows_of(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: workspace.store.query(
            "SELECT * FROM {table:Identifier} ORDER BY ALL", {"table": table}
        )
        for table in TABLES
    }


def figures(workspace: Workspace, topic: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = workspace.store.query(
        "SELECT day, value, views, visits, visitors FROM coarse_events WHERE topic = {t:String}",
        {"t": topic},
    )
    return {row[:2]: row[2:] for row in rows}


FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
MIXED = [
    a_line(time="02/Mar/2026:10:00:00 +0900", request="GET / HTTP/1.1"),
    a_line(time="02/Mar/2026:10:10:00 +0900", request="GET /a/ HTTP/1.1"),
    a_line(time="02/Mar/2026:10:50:00 +0900", request="GET / HTTP/1.1", status="304"),
    a_line(time="01/Mar/2026:23:59:00 +0900", request="GET /a/ HTTP/1.1"),
    a_line(time="02/Mar/2026:11:00:00 +0900", host="198.51.100.9"),
    a_line(time="02/Mar/2026:11:00:00 +0900", request="GET /a.css HTTP/1.1"),
    a_line(time="02/Mar/2026:11:00:00 +0900", agent="Googlebot/2.1"),
    a_line(time="02/Mar/2026:11:00:00 +0900", status="404"),
    a_line(time="02/Mar/2026:11:00:00 +0900", request="POST / HTTP/1.1"),
    a_line(time="02/Mar/2026:11:00:00 +0900", request="GET /feed/ HTTP/1.1"),
    b"\xff\xfe no line at all",
]


def test_a_log_is_counted_by_all_that_its_site_declares(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.catalog.add_site(
        a_site(
            SITE,
            sections=("/kurashi/*=Living",),
            excluded_networks=("203.0.113.0/24",),
            excluded_paths=("/admin/*",),
            spam_referrers=("spam.example",),
            search_keys=("q",),
            goals=(Goal(name="apply", page="/kurashi/sent"),),
        )
    )
    time = "02/Mar/2026:10:00:00 +0900"
    lines = [
        a_line(time=time, request="GET /kurashi/sent HTTP/1.1"),
        a_line(time=time, request="GET /admin/users HTTP/1.1"),
        a_line(time=time, host="203.0.113.9"),
        a_line(time=time, referrer="https://buy.spam.example/"),
    ]
    answer = import_log(workspace, a_log(tmp_path, lines)).document

    assert answer["refused"] == {"excluded_path": 1, "excluded_network": 1, "spam": 1}
    assert set(figures(workspace, "section")) == {(SECOND, "Living")}
    assert figures(workspace, "goal") == {(SECOND, "apply"): (0, 1, 1)}


def test_lines_are_counted_refused_or_invalid_and_days_hold_the_counted_ones(
    counted: Workspace, tmp_path: Path
) -> None:
    done = import_log(counted, a_log(tmp_path, MIXED))
    assert done.status == 0
    answer = done.document
    assert answer["lines"] == 11
    assert answer["counted"] == 5
    assert answer["refused"] == {"asset": 1, "bot": 1, "feed": 1, "method": 1, "status": 1}
    assert answer["invalid"] == 1
    assert figures(counted, "total") == {(FIRST, ""): (1, 1, 1), (SECOND, ""): (4, 3, 2)}
    assert answer["days"] == [
        {"day": "2026-03-01", "views": 1, "visitors": 1},
        {"day": "2026-03-02", "views": 4, "visitors": 2},
    ]
    outcomes = counted.store.query("SELECT day, outcome, n FROM outcomes ORDER BY ALL")
    assert outcomes == [
        (FIRST, "counted", 1),
        (SECOND, "asset", 1),
        (SECOND, "bot", 1),
        (SECOND, "counted", 4),
        (SECOND, "feed", 1),
        (SECOND, "method", 1),
        (SECOND, "status", 1),
    ]


def test_visits_end_by_the_logs_own_clock(counted: Workspace, tmp_path: Path) -> None:
    import_log(counted, a_log(tmp_path, MIXED))
    assert figures(counted, "exit") == {
        (FIRST, "/a"): (0, 1, 0),
        (SECOND, "/a"): (0, 1, 0),
        (SECOND, "/"): (0, 1, 0),
        (SECOND, "/kurashi"): (0, 1, 0),
    }


def test_lines_in_any_order_and_in_any_files_count_the_same(
    counted: Workspace, tmp_path: Path
) -> None:
    import_log(counted, a_log(tmp_path, MIXED))
    before = rows_of(counted)
    for table in TABLES:
        counted.store.command("TRUNCATE TABLE {table:Identifier}", {"table": table})
    newer = tmp_path / "newer.log.gz"
    newer.write_bytes(gzip.compress(b"\n".join(MIXED[:3][::-1])))
    import_log(counted, newer, a_log(tmp_path, MIXED[3:][::-1]))
    assert rows_of(counted) == before


def test_a_log_without_declared_objections_is_labelled(counted: Workspace, tmp_path: Path) -> None:
    answer = import_log(counted, a_log(tmp_path, MIXED)).document
    assert answer["label"] == "objections not knowable"
    labels = counted.store.query("SELECT DISTINCT state, label FROM days")
    assert labels == [("imported", "objections not knowable")]


def test_whoever_objected_is_in_no_table(counted: Workspace, tmp_path: Path) -> None:
    log = a_log(
        tmp_path,
        [
            a_line(more=' "-"'),
            a_line(more=' "1"', time="01/Mar/2026:10:00:00 +0900", request="GET /secret/ HTTP/1.1"),
            a_line(more=' "1"', request="POST /secret/ HTTP/1.1"),
        ],
    )
    answer = import_log(counted, "--opt-out-field", "Sec-GPC", log).document
    assert answer["refused"] == {"opted_out": 2}
    assert answer["counted"] == 1
    assert answer["label"] == ""
    kept = rows_of(counted)
    assert {row[1] for rows in kept.values() for row in rows} == {SECOND}
    assert "opted_out" not in str(kept)
    assert "secret" not in str(kept)


def test_a_second_import_is_a_conflict_and_changes_nothing(
    counted: Workspace, tmp_path: Path
) -> None:
    log = a_log(tmp_path, MIXED)
    import_log(counted, log)
    before = rows_of(counted)
    again = import_log(counted, log)
    assert again.status == 3
    assert "2026-03-01, 2026-03-02" in again.err
    assert again.out == ""
    assert rows_of(counted) == before


def test_one_day_in_the_way_refuses_all_the_others(counted: Workspace, tmp_path: Path) -> None:
    import_log(counted, a_log(tmp_path, [a_line(time="01/Mar/2026:10:00:00 +0900")]))
    before = rows_of(counted)
    done = import_log(counted, a_log(tmp_path, MIXED))
    assert done.status == 3
    assert "2026-03-01" in done.err
    assert "2026-03-02" not in done.err
    assert rows_of(counted) == before


@pytest.mark.parametrize(
    ("lines", "invalid"),
    [([], 0), ([b""], 1), ([b"\x00\x01\x02", a_line()[:50]], 2), ([a_line(status="x")], 1)],
)
def test_a_log_without_a_line_to_keep_imports_nothing(
    counted: Workspace, tmp_path: Path, lines: list[bytes], invalid: int
) -> None:
    answer = import_log(counted, a_log(tmp_path, lines)).document
    assert (answer["lines"], answer["invalid"], answer["days"]) == (len(lines), invalid, [])
    assert not any(rows_of(counted).values())


def test_a_common_log_without_agents_has_only_programs(counted: Workspace, tmp_path: Path) -> None:
    answer = import_log(counted, a_log(tmp_path, [a_common_line()])).document
    assert answer["refused"] == {"bot": 1}


def test_what_cannot_be_read_is_named_and_nothing_is_written(
    counted: Workspace, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.log.gz"
    broken.write_bytes(gzip.compress(b"\n".join(MIXED * 50))[:-30])
    for argument, said in ((broken, "damaged"), (tmp_path, "directory"), ("no.log", "No such")):
        done = import_log(counted, argument)
        assert done.status == 2
        assert said in done.err
    assert not any(rows_of(counted).values())


def test_an_unknown_site_is_named(workspace: Workspace, tmp_path: Path) -> None:
    done = import_log(workspace, a_log(tmp_path, MIXED))
    assert done.status == 2
    assert "example.jp is not counted here" in done.err


def test_the_readable_answer_says_how_many_and_why(counted: Workspace, tmp_path: Path) -> None:
    log = a_log(tmp_path, MIXED)
    done = run_oboro("import-log", "--site", SITE, str(log), workspace=counted)
    assert "11 lines: 5 counted, 5 refused, 1 invalid" in done.out
    assert "1 asset, 1 bot, 1 feed, 1 method, 1 status" in done.out
    assert "objections not knowable" in done.out


def an_import(workspace: Workspace, paths: list[Path], **changed: Any) -> Any:
    program = Program(operations_of([GROUND, *load_rooms()]), workspace=workspace)
    chosen = Settings(**changed.pop("chosen", {}))
    with program.session() as session:
        counting_for = counting_by(chosen, places=places_of({}))
        return Import(session, SITE, counting_for, clock=workspace.clock, **changed).run(paths)


def test_a_log_larger_than_memory_counts_the_same(counted: Workspace, tmp_path: Path) -> None:
    log = a_log(tmp_path, MIXED)
    an_import(counted, [log])
    before = rows_of(counted)
    for table in TABLES:
        counted.store.command("TRUNCATE TABLE {table:Identifier}", {"table": table})
    an_import(counted, [log], at_once=1)
    assert rows_of(counted) == before


def test_an_error_while_counting_discards_what_was_staged(
    counted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OboroError("no more")

    monkeypatch.setattr("collector.log_import.replay.Replay.end", failing)
    with pytest.raises(OboroError, match="no more"):
        an_import(counted, [a_log(tmp_path, MIXED)])
    monkeypatch.undo()
    assert not any(rows_of(counted).values())
    an_import(counted, [a_log(tmp_path, MIXED)])


def test_a_day_with_more_keys_than_memory_is_void(counted: Workspace, tmp_path: Path) -> None:
    hosts = [f"192.0.{number}.1" for number in range(5)]
    an_import(counted, [a_log(tmp_path, map(_from, hosts))], chosen={"ledger_keys": 2})
    assert counted.store.query("SELECT day, state FROM days") == [(SECOND, "void")]
    assert figures(counted, "total") == {(SECOND, ""): (5, 2, 2)}


def test_a_day_keeps_its_most_frequent_pages(counted: Workspace, tmp_path: Path) -> None:
    pages = ["/rare", "/usual", "/other", "/usual"]
    lines = [a_line(request=f"GET {page} HTTP/1.1") for page in pages]
    an_import(counted, [a_log(tmp_path, lines)], chosen={"distinct_values": 1})

    views = {page: counts[0] for (_, page), counts in figures(counted, "page").items()}
    assert views == {"/usual": 2, "(other)": 2}


def _from(host: str) -> bytes:
    return a_line(host=host)


def test_todays_lines_are_a_conflict(counted: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match=r"2026-03-04 of example\.jp is not over yet"):
        an_import(counted, [a_log(tmp_path, [a_line(time="04/Mar/2026:11:00:00 +0900")])])


TIMES = st.builds(
    "{:02}/Mar/2026:{:02}:{:02}:00 +0900".format,
    st.integers(1, 3),
    st.integers(0, 23),
    st.integers(0, 59),
)
LINES = st.one_of(
    st.binary(max_size=60).filter(lambda line: b"\n" not in line),
    st.builds(
        lambda number, time, page: a_line(
            host=f"192.0.{number}.1", time=time, request=f"GET {page} HTTP/1.1"
        ),
        st.integers(0, 9),
        TIMES,
        st.sampled_from(["/", "/a/", "/a.png"]),
    ),
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINES, max_size=200))
def test_any_lines_are_conserved_and_every_crossing_is_a_crowd(
    counted: Workspace, tmp_path: Path, lines: list[bytes]
) -> None:
    for table in TABLES:
        counted.store.command("TRUNCATE TABLE {table:Identifier}", {"table": table})
    imported = an_import(
        counted, [a_log(tmp_path, lines)], chosen={"gathering_k": 4, "gathering_keys": 2}
    )
    tally = imported.tally
    assert tally.lines == len(lines)
    assert tally.counted + tally.refused.total() + tally.invalid == len(lines)
    views = counted.store.query("SELECT sum(views) FROM coarse_events WHERE topic = 'total'")
    assert views == [(tally.counted,)]
    # Where visitor-days make a crowd and are no figure, each has a view or the end of a visit.
    untold = [name for name, topic in TOPICS.items() if not topic.available("visitors")]
    small = (
        "SELECT count() FROM coarse_events WHERE value2 != ''"
        " AND if(topic IN {untold:Array(String)}, greatest(views, visits), visitors) < 4"
    )
    assert counted.store.query(small, {"untold": untold}) == [(0,)]


def test_an_import_works_beside_a_server_as_it_does_without_one(tmp_path: Path) -> None:
    log = a_log(tmp_path, [a_line(time="02/Mar/2020:10:00:00 +0900", agent=CHROME)])
    later = a_log(tmp_path, [a_line(time="03/Mar/2020:10:00:00 +0900", agent=CHROME)], "later.log")
    data = tmp_path / "data"
    call_oboro("site", "add", SITE, "--timezone", "Asia/Tokyo", data_dir=data)
    alone = call_oboro("import-log", "--site", SITE, "--json", str(log), data_dir=data)
    assert alone.document["counted"] == 1, alone.err
    with served(data):
        beside = call_oboro("import-log", "--site", SITE, "--json", str(later), data_dir=data)
        assert beside.document["counted"] == 1, beside.err
        again = call_oboro("import-log", "--site", SITE, "--json", str(log), data_dir=data)
        assert again.status == 3
    span = ("--from", "2020-03-01", "--to", "2020-03-31")
    report = call_oboro("report", "--site", SITE, *span, "--by", "day", "--json", data_dir=data)
    assert report.document["totals"]["views"] == 2
