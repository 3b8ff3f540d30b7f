"""Nothing is left of what must not be kept, whatever happens to the server meanwhile.

Killed in the midst of its hits, on a full disk, with its store on another server, or while a log is
counted: every byte of every file is searched for each field's mark in all its forms.
"""

from __future__ import annotations

import os
import random
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest

from oboro.clock import SystemClock
from tests.faults.test_store_away import dsn
from tests.privacy.taint.marks import marks_of
from tests.privacy.taint.visitor import ANSWERS, SITE, Visitor
from tests.privacy.taint.watched import (
    KEPT,
    KEPT_PAGE,
    QUICK,
    Watched,
    wait_until_delivered,
    watched_site,
)
from tests.privacy.taint.wires import AGENT, FieldMarks
from tests.support.clickhouse_front import fronted

DISK_MEGABYTES = 192
LEFT_BYTES = 48 * 1024
"""What a full disk has left: room for some commits, and not for all."""


def visitor_at(url: str, watched: Watched, number: int) -> Visitor:
    """Return the visitor *number* in front of the server at *url*."""
    return Visitor(url, marks_of(number), watched.key)


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.soak)])
def test_no_mark_is_left_by_a_server_that_is_killed_in_the_midst_of_hits(
    tmp_path: Path, kills: int
) -> None:
    watched = watched_site(tmp_path)
    moments = random.Random(kills)
    everybody = [FieldMarks(number) for number in range(kills + 1)]
    for number, marks in enumerate(everybody[:-1]):
        with watched.running(**QUICK) as (process, url):
            end = threading.Timer(moments.uniform(0.2, 2.0), process.kill)
            end.start()
            with suppress(OSError, HTTPException):
                while True:
                    assert 202 in set(visitor_at(url, watched, number).send_fields(marks))
            end.join()
            assert process.wait() != 0
        assert marks.marks, "nothing was sent"
        assert watched.found(marks) == {}
    with watched.serving(**QUICK) as url:
        last = visitor_at(url, watched, kills)
        assert set(last.send_fields(everybody[-1])) <= ANSWERS
        assert last.read(KEPT_PAGE) == 202
        assert wait_until_delivered(url)["oboro_audit_difference"] == 0

    assert KEPT in watched.dumped().read_bytes()
    assert watched.found(*everybody) == {}


@contextmanager
def disk_at(place: Path) -> Iterator[None]:
    """Have a small disk of its own at *place*; skips the test where none may be mounted."""
    place.mkdir()
    size = f"size={DISK_MEGABYTES}m"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own needs root, who may mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave next to nothing of *disk* free; return the file that takes the room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        free = os.statvfs(disk)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - LEFT_BYTES)
    return ballast


def test_no_mark_is_left_on_a_disk_that_was_full(tmp_path: Path) -> None:
    everybody = [FieldMarks(0), FieldMarks(1)]
    with disk_at(tmp_path / "data"):
        watched = watched_site(tmp_path)
        with watched.serving(**QUICK) as url:
            here = visitor_at(url, watched, 0)
            statuses: set[int] = set()
            for _ in range(5):
                # What the server had open may have given room back meanwhile.
                ballast = fill(watched.data_dir)
                statuses |= {s for _ in range(3) for s in here.send_fields(everybody[0])}
                if 503 in statuses:
                    break
                ballast.unlink()
            full = watched.found(everybody[0])
            ballast.unlink(missing_ok=True)
            while here.read(KEPT_PAGE) != 202:
                pass
            assert 202 in set(visitor_at(url, watched, 1).send_fields(everybody[1]))
            assert wait_until_delivered(url)["oboro_audit_difference"] == 0
        tables = watched.dumped().read_bytes()

        assert 503 in statuses, "the disk was not full"
        assert full == {}
        assert KEPT in tables
        assert watched.found(*everybody) == {}


def test_no_mark_is_left_with_the_store_on_a_server(tmp_path: Path) -> None:
    marks = FieldMarks(0)
    server = tmp_path / "server"
    with fronted(server) as front:
        watched = watched_site(tmp_path, server, OBORO_STORE_URL=dsn(front.url))
        with watched.serving(**QUICK) as url:
            here = visitor_at(url, watched, 0)
            assert set(here.send_fields(marks)) <= ANSWERS
            assert here.read(KEPT_PAGE) == 202
            wait_until_delivered(url)
            assert watched.found(marks) == {}

    assert KEPT in watched.dumped().read_bytes()
    assert watched.found(marks) == {}


def log_lines(marks: FieldMarks) -> Iterator[str]:
    """Yield lines of a log with a mark in each field, good ones and broken ones."""
    day = SystemClock().now() - timedelta(days=2)
    time = day.strftime("%d/%b/%Y:%H:%M:%S +0900")

    def word(field: str) -> str:
        return marks.word(f"log {field}")

    agent = AGENT.format(mark=word("agent"))
    front = f"{marks.address('log host')} {word('ident')} {word('user')} [{time}]"
    target = f"/reset/{marks.token('log path')}?q={word('query')}&utm_source={word('campaign')}"
    back = f'"https://search.example/{word("referrer")}?q={word("search")}" "{agent}"'
    rest = f'"a={word("cookie")}"'
    for request in (
        f"GET {target} HTTP/1.1",
        f"GET {target} HTTP/{word('protocol')}",
        f"{word('method')} {target} HTTP/1.1",
        f"GET {KEPT_PAGE} HTTP/1.1",
        f"GET https://{SITE}{target}#{word('fragment')} HTTP/1.1",
    ):
        yield f'{front} "{request}" 200 12 {back} {rest}'
        yield f'{front} "{request}" 404 12 {back} {rest}'
        yield f'{front} "{request}" {word("status")} 12 {back} {rest}'
        yield f'{front} "{request}" 200 {word("size")} {back} {rest}'
        yield f'{front} "{request}" 200 12 {back} "oboro-optout=1; {word("objecting")}"'
        yield f'{front} "{request}" 200 12 {back}'
    yield word("no line")
    yield f'{word("no host")} - - [{word("time")}] "GET {target} HTTP/1.1" 200 12 {back} {rest}'


def test_no_mark_is_left_of_a_log_that_was_counted(tmp_path: Path) -> None:
    marks = FieldMarks(0)
    log = tmp_path / "access.log"
    log.write_text("".join(f"{line}\n" for line in log_lines(marks)))
    watched = watched_site(tmp_path)

    declared = ("--site", SITE, "--opt-out-field", "cookie", "--json", str(log))
    done = watched.call("import-log", *declared)

    assert done.status == 0, done.err
    assert done.document["counted"] >= 3
    assert done.document["invalid"] >= 10
    assert KEPT in watched.dumped().read_bytes()
    assert watched.found(marks) == {}
