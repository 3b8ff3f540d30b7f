"""Whatever comes, the server answers that it is the sender's mistake, and does not grow."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.command_line import call_oboro, served
from tests.support.fuzzing.requests import HOST, Fuzz
from tests.support.fuzzing.sending import SENDERS, Answers, send

SETTINGS = {"OBORO_TRUSTED_PROXIES": "127.0.0.1/32", "OBORO_NETWORK_HITS": "1000000000"}
GROWTH = 50 * 1_000_000
WARM_UP = 0.2
"""Share of the inputs after which the memory is looked at first: caches are filled by then."""


def resident(pid: int) -> int:
    """Return the bytes of memory that a process has in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def hits_counted(url: str) -> float:
    """Return how many hits the server has counted."""
    with urlopen(f"{url}/metrics", timeout=60) as page:
        found = re.search(r'oboro_outcomes_total\{outcome="counted"\} (\S+)', page.read().decode())
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize(
    "inputs", [3_000, pytest.param(1_000_000, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])]
)
def test_no_input_makes_the_server_fail_or_grow(tmp_path: Path, inputs: int) -> None:
    seed = int(os.environ.get("OBORO_TEST_SEED", "1"))
    data = tmp_path / "data"
    assert call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data).status == 0
    fuzz, first = Fuzz(seed), int(inputs * WARM_UP)

    with served(data, **SETTINGS) as server:
        port = int(server.url.rpartition(":")[2])
        answers = [asyncio.run(send(port, fuzz, first))]
        before = resident(server.process.pid)
        answers.append(asyncio.run(send(port, fuzz, inputs - first)))
        grown = resident(server.process.pid) - before
        counted = hits_counted(server.url)
        status = server.stop()

    statuses = answers[0].statuses + answers[1].statuses
    sys.stdout.write(
        f"OBORO_TEST_SEED={seed}: {inputs} inputs, {counted} hits counted, "
        f"answers {sorted(statuses.items())}, memory grown by {grown / 1e6:.1f} MB\n"
    )
    assert [data for each in answers for data in each.errors] == []
    assert [data for each in answers for data in each.unanswered] == []
    assert (status, _errors_in(server.log)) == (0, [])
    assert counted > inputs / 10
    assert grown < GROWTH


def test_the_same_seed_makes_the_same_inputs() -> None:
    one, other = Fuzz(7), Fuzz(7)

    assert [one.next() for _ in range(500)] == [other.next() for _ in range(500)]
    assert Fuzz(8).next() != Fuzz(7).next()


async def test_an_answer_that_is_the_servers_mistake_is_noticed() -> None:
    draw = random.Random(1)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        status = draw.choice((b"500 x", b"202 x"))
        writer.write(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        found: Answers = await send(server.sockets[0].getsockname()[1], Fuzz(1), 10 * SENDERS)

    assert found.statuses[500] > 0
    assert found.errors


def _errors_in(log: Path) -> list[str]:
    lines = log.read_text().splitlines()
    return [line for line in lines if " error " in line or "Traceback" in line]
