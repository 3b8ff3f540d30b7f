"""Tell who objects from others by the time to the answer: ``python -m bench.objections``.

One hit of each kind a pair, in an order drawn by chance, one after the other on one connection, on
a server that nobody else asks, and on one that other visitors keep busy. Two classifiers look at
the times: a threshold, and one that learns in which of fifty ranges of times each kind is more
frequent from half of the pairs and is judged on the others, so that it sees any difference of the
two distributions. AUC 0.5 is guessing. A control is told apart by an added millisecond.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.collecting.traffic import HOST, Hit, hits
from tests.support.command_line import call_oboro, served

PAIRS = 3_000
ROUNDS = 3
BUSY = 12
"""Connections of others."""
RANGES = 50
OBJECTIONS = (b"Sec-GPC: 1\r\n", b"DNT: 1\r\n", b"Cookie: oboro-optout=1\r\n")
NO_OBJECTION = (b"Sec-GPC: 0\r\n", b"DNT: 0\r\n", b"Cookie: oboro-choice=1\r\n")
"""As long, so that both take the same bytes."""
Times = npt.NDArray[np.float64]


def auc(scores: Times, objects: npt.NDArray[np.bool_]) -> float:
    """Return how often a score of one who *objects* is the larger one (ties: half).

    >>> auc(np.array([1.0, 2.0, 3.0]), np.array([False, False, True]))
    1.0
    """
    ordered = np.sort(scores[~objects])
    below = np.searchsorted(ordered, scores[objects], "left")
    upto = np.searchsorted(ordered, scores[objects], "right")
    return float((below + upto).mean() / 2 / len(ordered))


def classified(times: Times, objects: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return the AUC of both classifiers, 0.5 and above."""
    half = len(times) // 2
    edges = np.quantile(times[:half], np.linspace(0, 1, RANGES + 1)[1:-1])
    place = np.searchsorted(edges, times)
    count = [
        np.bincount(place[:half][objects[:half] == kind], minlength=RANGES) + 1.0
        for kind in (False, True)
    ]
    learned = np.log(count[1] / count[0])[place[half:]]
    threshold = auc(times, objects)
    return {
        "threshold": round(max(threshold, 1 - threshold), 4),
        "learned": round(auc(learned, objects[half:]), 4),
    }


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> float:
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    took = time.perf_counter() - began
    if not head.startswith(b"HTTP/1.1 202"):
        raise RuntimeError(f"not taken: {head[:40]!r}")
    return took


async def _keep_busy(port: int, made: Sequence[Hit]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with closing(writer):
        for hit in made:
            await _ask(reader, writer, hit.request(port))
            await asyncio.sleep(0.01)


async def timed(port: int, made: Sequence[Hit], pairs: int, busy: int, seed: int) -> tuple[
    Times, npt.NDArray[np.bool_]
]:  # fmt: skip
    """Return the times of *pairs* and which of them objected."""
    draw = random.Random(seed)
    others = [asyncio.create_task(_keep_busy(port, made[n :: busy + 1])) for n in range(busy)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times, objects = [], []
    with closing(writer):
        for number in range(pairs):
            kinds = [True, False]
            draw.shuffle(kinds)
            which = number % len(OBJECTIONS)
            for kind in kinds:
                line = (OBJECTIONS if kind else NO_OBJECTION)[which]
                request = draw.choice(made).request(port)
                head, _, rest = request.partition(b"\r\n")
                times.append(await _ask(reader, writer, head + b"\r\n" + line + rest))
                objects.append(kind)
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    return np.array(times), np.array(objects)


def main() -> None:
    """Print each round, then the medians as one JSON line."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    made = hits(120_000)
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        data_dir = Path(name) / "data"
        settings = {"OBORO_TRUSTED_PROXIES": "127.0.0.1/32"}
        call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir, **settings)
        with served(data_dir, **settings) as server:
            port = int(server.url.rpartition(":")[2])
            for number in range(ROUNDS):
                for state, busy in (("quiet", 0), ("busy", BUSY)):
                    times, objects = asyncio.run(timed(port, made, pairs, busy, number))
                    told = classified(times, objects)
                    control = classified(times + 0.001 * objects, objects)
                    medians = [round(1e3 * float(np.median(times[objects == kind])), 3)
                               for kind in (False, True)]  # fmt: skip
                    print(state, told, "control", control, "medians ms", medians, flush=True)
                    for classifier, value in told.items():
                        found.setdefault(f"{state} {classifier}", []).append(value)
    print(json.dumps({what: float(np.median(values)) for what, values in found.items()}))


if __name__ == "__main__":
    main()
