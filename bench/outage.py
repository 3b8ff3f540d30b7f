"""Take hits while the store is away, then let it come back: ``python -m bench.outage [HITS]``.

The store is ClickHouse's HTTP interface in front of the embedded engine, in a process of its own,
which is killed before the first hit. The collector is ``oboro serve --collector --jobs`` as it is
shipped, but for the visitor's network, which comes from a proxy. Both sides share this machine. It
prints one JSON line: seconds to take the hits in and to drain them, the spool's largest size, and
what became of every hit. 8,640,000 hits are a day at a hundred a second.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from bench.collecting.traffic import HOST, hits
from tests.support.clickhouse_front import fronted
from tests.support.command_line import call_oboro, environment

HITS = 200_000
DIFFERENT = 120_000
"""Hits that are made up; after the last comes the first again."""
CONNECTIONS = 256
STEP_SECONDS = 30.0
"""Seconds of one client; each begins by reading its requests, while nothing is sent."""


def measure(wanted: int, *, away: bool = True) -> dict[str, float]:
    """Take at least *wanted* hits in, the store *away* or there, and return what came of it."""
    with (
        tempfile.TemporaryDirectory() as name,
        fronted(Path(name) / "store") as front,
    ):
        directory = Path(name)
        data_dir = directory / "data"
        url = f"{front.url.replace('http://', 'http://default:@')}/default?compression=0"
        settings = {"OBORO_STORE_URL": url, "OBORO_TRUSTED_PROXIES": "127.0.0.1/32"}
        made = call_oboro("site", "add", HOST, "--timezone", "UTC", data_dir=data_dir, **settings)
        if made.status:
            raise RuntimeError(made.err)
        with subprocess.Popen(
            [
                *(sys.executable, "-m", "oboro", "serve"),
                *("--collector", "--jobs", "--port", "0", "--json"),
            ],
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                address = json.loads(process.stdout.readline())["url"]
                if away:
                    front.process.kill()
                    front.process.wait()
                told = _taken_in(address, data_dir, directory / "requests", wanted)
                if away:
                    with fronted(directory / "store", front.port):
                        told |= _drained(address, data_dir)
                else:
                    told |= _drained(address, data_dir)
            finally:
                process.kill()
    told["peak_spool_mb"] = max(told.pop("peak_taking_mb"), told.pop("peak_draining_mb"))
    return told


def _taken_in(address: str, data_dir: Path, requests: Path, wanted: int) -> dict[str, float]:
    port = int(address.rpartition(":")[2])
    requests.write_bytes(pickle.dumps([hit.request(port) for hit in hits(DIFFERENT)]))
    answered, unanswered, refused, place, peak = 0, 0, 0, 0, 0.0
    began = time.perf_counter()
    while answered < wanted:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.collecting.client", str(port), str(STEP_SECONDS)),
                *(str(CONNECTIONS), "0", str(place), str(requests)),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=300,
        )
        told = json.loads(done.stdout)
        answered += int(told["answered_in_all"]) - int(told["failed"])
        unanswered += int(told["unanswered"])
        refused += int(told["failed"])
        place = int(told["place"])
        peak = max(peak, _spool_megabytes(data_dir))
        if not told["answers"] - told["failed"]:
            raise RuntimeError(f"no hit is taken any more, after {answered}")
    return {
        "hits": answered,
        "unanswered": unanswered,
        "not_202": refused,
        "taken_in_seconds": round(time.perf_counter() - began, 1),
        "peak_taking_mb": peak,
    }


def _drained(address: str, data_dir: Path) -> dict[str, float]:
    began, peak = time.perf_counter(), 0.0
    while True:
        figures = _figures(address)
        peak = max(peak, _spool_megabytes(data_dir))
        acknowledged = figures["oboro_acknowledged_views_total"]
        if figures["oboro_verified_views_total"] == acknowledged:
            break
        time.sleep(0.2)
    refused = (
        value
        for name, value in figures.items()
        if name.startswith("oboro_outcomes_total") and "counted" not in name
    )
    return {
        "not_counted": sum(refused),
        "drained_seconds": round(time.perf_counter() - began, 1),
        "peak_draining_mb": peak,
        "acknowledged_views": acknowledged,
        "verified_views": figures["oboro_verified_views_total"],
        "difference": figures["oboro_audit_difference"],
        "set_aside": figures["oboro_set_aside"],
    }


def _figures(address: str) -> dict[str, float]:
    with urlopen(f"{address}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")
    }


def _spool_megabytes(data_dir: Path) -> float:
    return round(sum(path.stat().st_size for path in data_dir.glob("spool.db*")) / 1e6, 1)


def main() -> None:
    """Print what was measured, as one JSON line."""
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else HITS)))


if __name__ == "__main__":
    main()
