"""A running server closes what is due by itself, and its commands show it."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.command_line import Finished, call_oboro, served

HOST = "example.jp"
LINE = (
    '203.0.113.{n} - - [0{day}/Mar/2026:10:0{n}:00 +0900] "GET /{page} HTTP/1.1" 200 1000 "-" '
    '"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"\n'
)
PATIENCE_SECONDS = 60


def report(data_dir: Path) -> Finished:
    return call_oboro(
        *("report", "--site", HOST, "--from", "2026-03-01", "--to", "2026-03-04"),
        *("--by", "page", "--json"),
        data_dir=data_dir,
    )


def test_days_of_a_log_are_closed_by_the_server_and_reports_stay(tmp_path: Path) -> None:
    data_dir, log = tmp_path / "data", tmp_path / "access.log"
    log.write_text(
        "".join(
            LINE.format(n=n, day=day, page="ab"[n % 2]) for day in (2, 3, 4) for n in range(1, 8)
        )
    )
    call_oboro("site", "add", HOST, "--timezone", "Asia/Tokyo", data_dir=data_dir)
    assert call_oboro("import-log", "--site", HOST, str(log), data_dir=data_dir).status == 0
    before = report(data_dir).document
    assert before["totals"]["views"] == 21
    with served(data_dir, OBORO_JOB_SECONDS="0.1") as server:
        end = time.monotonic() + PATIENCE_SECONDS
        jobs = call_oboro("jobs", "--json", data_dir=data_dir).document["jobs"]
        while jobs[0]["due"] and time.monotonic() < end:
            jobs = call_oboro("jobs", "--json", data_dir=data_dir).document["jobs"]
        assert [run["done"] for run in jobs[0]["ran"]] == [3]
        assert report(data_dir).document == before
        again = call_oboro("close-day", "--day", "2026-03-03", "--json", data_dir=data_dir)
        assert again.document["sites"][0]["state"] == "closed"
        assert server.stop() == 0
    assert report(data_dir).document == before
