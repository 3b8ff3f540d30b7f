"""Measure the whole collector on one core beside an empty handler: ``make bench-collector``.

``oboro serve`` as it is shipped, on an embedded store that its writer fills meanwhile, takes a busy
day's hits; each is answered once it is on the disk. Beside it, on the same core in the same run: an
empty aiohttp handler on uvloop that reads the body, and nginx, which only answers. The client has
the other core. The three take turns; of each the best turn counts, which others on the machine
disturbed least. Then half of the rate that was reached is sent whatever comes back, and
as much to the empty handler, whose slowest hundredth is what others on the machine make of it.

It takes about 95 seconds, talks to 127.0.0.1 only, and prints one JSON line last.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from bench.collecting.servers import EMPTY, NGINX, OURS, Server, ask, cores, empty_handler
from bench.collecting.servers import nginx as run_nginx
from bench.collecting.servers import oboro as run_oboro
from bench.collecting.steps import steps_of
from bench.collecting.traffic import Hit, hits

HITS = 120_000
ROUNDS = 4
SECONDS = 4.0
CONNECTIONS = 256
"""As many hits at most are on their way to each server. One waits some 5 ms for its group, so that
few connections would measure waiting alone."""
HALF_SECONDS = 12.0
STEPS = 40_000


def main() -> int:
    """Print what was measured; the last line is JSON."""
    if not cores() <= os.sched_getaffinity(0):
        print("skipped: this needs two cores, one for the server and one for the client")
        return 0
    made = hits(HITS)
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        directory = Path(name)
        servers = [
            running.enter_context(run_oboro(directory / "data")),
            running.enter_context(empty_handler()),
        ]
        third = running.enter_context(run_nginx())
        if third is None:
            print("nginx is not installed here (Debian: apt-get install nginx-light): left out")
        else:
            servers.append(third)
        figures = _measured(servers, made, directory)
    figures["microseconds_by_step"] = {
        step: round(took, 1) for step, took in steps_of(made[:STEPS]).items()
    }
    print(json.dumps(figures))
    return 0


def _measured(servers: list[Server], made: Sequence[Hit], directory: Path) -> dict[str, object]:
    turns: dict[str, list[dict[str, float]]] = {server.name: [] for server in servers}
    requests = {server.name: directory / f"{server.port}.pickle" for server in servers}
    for server in servers:
        bytes_of = [hit.request(server.port) for hit in made]
        requests[server.name].write_bytes(pickle.dumps(bytes_of))
    places = dict.fromkeys(requests, 0)

    def turn(server: Server, seconds: float, connections: int, rate: float) -> dict[str, float]:
        told = ask(server, seconds, connections, rate, places[server.name], requests[server.name])
        places[server.name] = int(told["place"])
        return told

    for server in servers:
        turn(server, 1.0, CONNECTIONS, 0)
    for number in range(ROUNDS):
        for server in servers if number % 2 == 0 else reversed(servers):
            told = turn(server, SECONDS, CONNECTIONS, 0)
            turns[server.name].append(told)
            print(
                f"{server.name:14} {told['per_second']:8.0f} hits/s, p50 {told['p50_ms']:.2f} ms, "
                f"p99 {told['p99_ms']:.2f} ms, {told['cpu_us']:.1f} µs of processor a hit",
                flush=True,
            )
    best = {name: max(some, key=lambda told: told["per_second"]) for name, some in turns.items()}
    ours = servers[0]
    half = best[OURS]["per_second"] / 2
    loaded = turn(ours, HALF_SECONDS, CONNECTIONS, half)
    beside = turn(servers[1], HALF_SECONDS, CONNECTIONS, half)
    answered = sum(told["answers"] for told in turns[OURS]) + loaded["answers"]
    return {
        "hits_per_second": round(best[OURS]["per_second"]),
        "p50_ms": round(best[OURS]["p50_ms"], 2),
        "p99_ms": round(best[OURS]["p99_ms"], 2),
        "share_of_empty_handler": _ratio(best, OURS, EMPTY),
        "share_of_empty_handler_in_each_round": [
            round(one["per_second"] / other["per_second"], 3)
            for one, other in zip(turns[OURS], turns[EMPTY], strict=True)
        ],
        "at_half_load": {
            "hits_per_second": round(loaded["per_second"]),
            "p50_ms": round(loaded["p50_ms"], 2),
            "p99_ms": round(loaded["p99_ms"], 2),
            "p99_ms_of_empty_handler": round(beside["p99_ms"], 2),
        },
        "cpu_us_a_hit": {name: round(told["cpu_us"], 1) for name, told in best.items()},
        "empty_handler_per_second": round(best[EMPTY]["per_second"]),
        "nginx_per_second": round(best[NGINX]["per_second"]) if NGINX in best else None,
        "answered": round(answered),
        **_books(ours, answered),
    }


def _ratio(best: dict[str, dict[str, float]], one: str, other: str) -> float:
    return round(best[one]["per_second"] / best[other]["per_second"], 3)


def _books(server: Server, answered: float) -> dict[str, object]:
    """Return what the server says it acknowledged; fails if that is less than was answered."""
    with server.turn(), urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=60) as page:
        lines = page.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    told = {name: float(value) for name, value in pairs}
    views = told["oboro_acknowledged_views_total"]
    if views < answered or told["oboro_audit_difference"]:
        raise RuntimeError("the server acknowledged less than it answered")
    return {
        "acknowledged_views": round(views),
        "refused_as": {
            name.partition('"')[2].rstrip('"}'): round(value)
            for name, value in told.items()
            if name.startswith("oboro_outcomes_total") and value and "counted" not in name
        },
    }


if __name__ == "__main__":
    sys.exit(main())
