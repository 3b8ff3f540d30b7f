"""Run the three servers that are compared, each on the same core, and only one at a time.

A server whose turn it is not stands still (SIGSTOP), so that nothing it has left to do falls into
another's turn.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.collecting.client import CORE as CLIENT_CORE
from bench.collecting.traffic import HOST
from tests.support.command_line import call_oboro, environment

CORE = 0
OURS, EMPTY, NGINX = "oboro", "empty handler", "nginx"
SETTINGS: Mapping[str, str] = {"OBORO_TRUSTED_PROXIES": "127.0.0.1/32"}
"""The hits come through a proxy, so that each has its visitor's network; all else is as shipped."""


@dataclass(frozen=True, slots=True)
class Server:
    """One of them, which stands still unless it is its turn."""

    name: str
    port: int
    pids: tuple[int, ...]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let it run for the length of the block."""
        self._signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._signal(signal.SIGSTOP)

    def cpu_seconds(self) -> float:
        """Return what it has used of processors so far."""
        ticks = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _signal(self, number: int) -> None:
        for pid in self.pids:
            os.kill(pid, number)


@contextmanager
def oboro(data_dir: Path) -> Iterator[Server]:
    """Serve everything there is, on a data directory that has one site."""
    made = call_oboro(
        "site", "add", HOST, "--timezone", "Asia/Tokyo", data_dir=data_dir, **SETTINGS
    )
    if made.status:
        raise RuntimeError(made.err)
    command = [sys.executable, "-m", "oboro", "serve", "--port", "0", "--json"]
    with _started(command, environment(data_dir, **SETTINGS)) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["url"]
        yield Server(OURS, int(address.rpartition(":")[2]), (process.pid,))


@contextmanager
def empty_handler() -> Iterator[Server]:
    """Serve the reference."""
    with _started([sys.executable, "-m", "bench.collecting.empty"]) as process:
        assert process.stdout is not None
        yield Server(EMPTY, int(process.stdout.readline()), (process.pid,))


@contextmanager
def nginx() -> Iterator[Server | None]:
    """Serve with nginx, which does not wait for the body; nothing where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        directory, port = Path(name), _free_port()
        directory.chmod(0o755)
        configuration = directory / "nginx.conf"
        configuration.write_text(
            "daemon off; master_process off; worker_processes 1;\n"
            f"pid {directory}/pid; error_log {directory}/error.log;\n"
            "events { worker_connections 4096; }\n"
            "http { access_log off; keepalive_requests 1000000000;\n"
            f"client_body_temp_path {directory}/body;\n"
            f"server {{ listen 127.0.0.1:{port} backlog=4096; return 202; }} }}\n"
        )
        command = [program, "-p", name, "-c", str(configuration), "-e", f"{name}/error.log"]
        with _started(command) as process:
            _wait_for(port)
            yield Server(NGINX, port, (process.pid,))


@contextmanager
def _started(
    command: list[str], env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        env=env,
        text=True,
        preexec_fn=partial(os.sched_setaffinity, 0, {CORE}),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ask(
    server: Server, seconds: float, connections: int, rate: float, begin: int, requests: Path
) -> dict[str, float]:
    """Let the client send to *server* in its turn; add the processor time that an answer took."""
    with server.turn():
        before = server.cpu_seconds()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.collecting.client", str(server.port)),
                *(str(seconds), str(connections), str(rate), str(begin), str(requests)),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=10 * seconds + 30,
        )
        used = server.cpu_seconds() - before
    told: dict[str, float] = json.loads(done.stdout)
    if told["failed"]:
        raise RuntimeError(f"{server.name}: {told['failed']:.0f} answers were not 202")
    told["cpu_us"] = 1e6 * used / told["answers"]
    return told


def cores() -> set[int]:
    """Return the cores that the measurement needs."""
    return {CORE, CLIENT_CORE}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as asking:
            asking.settimeout(0.05)
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("nginx does not listen")
