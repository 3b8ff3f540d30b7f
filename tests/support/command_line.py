"""Run ``oboro`` as a person does: within the test's process, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from oboro.cli import run
from oboro.ground import GROUND
from oboro.operations import operations_of
from oboro.program import Program
from oboro.rooms import load_rooms
from oboro.workspace import Workspace


class Finished(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def run_oboro(*arguments: str, workspace: Workspace) -> Finished:
    """Run a command on *workspace* within this process; not from within an event loop."""
    program = Program(operations_of([GROUND, *load_rooms()]), workspace=workspace)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(arguments, program)
    return Finished(status, out.getvalue(), err.getvalue())


def environment(data_dir: Path, **changed: str) -> dict[str, str]:
    """Return an environment for a process of its own: ours, without any setting but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OBORO_")}
    return {**kept, "OBORO_DATA_DIR": str(data_dir), **changed}


def call_oboro(*arguments: str, data_dir: Path, **changed: str) -> Finished:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "oboro", *arguments],
        env=environment(data_dir, **changed),
        capture_output=True,
        text=True,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


@dataclass
class Served:
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self) -> int:
        """Ask it to end, and return its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()


@contextmanager
def served(data_dir: Path, **changed: str) -> Iterator[Served]:
    """Run ``oboro serve`` on a free port for the length of the block."""
    log = data_dir.parent / f"{data_dir.name}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "oboro", "serve", "--port", "0", "--json"],
            env=environment(data_dir, **changed),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    with process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise AssertionError(f"the server did not start: {log.read_text()}")
            yield Served(json.loads(line)["url"], process, log)
        finally:
            process.kill()
