"""What a command is handed: it has operations performed and prints their answers.

A running server performs them when one answers on the control socket; else the command opens
the workspace itself and runs the same code.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from functools import cached_property
from typing import Protocol

import click
import msgspec
from rich.console import Console

from oboro import control
from oboro.clock import SystemClock
from oboro.errors import UsageError
from oboro.lock import DirectoryTaken
from oboro.opening import open_workspace
from oboro.operations import BEGINNING, perform, quiet
from oboro.rooms import Json, Operation, Progress
from oboro.settings import Settings
from oboro.workspace import Workspace

PATIENCE_SECONDS = 10.0
"""How long a command waits for a process that owns the directory and answers nothing yet."""

UNMIGRATED = frozenset({"doctor", "migrate"})
"""Operations that look at the store as it is, before waiting migrations are run."""


class Runs(Protocol):
    """Something that has operations performed."""

    def run(self, name: str, arguments: Mapping[str, Json], progress: Progress = quiet) -> Json:
        """Perform *name* and return its answer."""
        ...


class Program:
    """The one object that commands share (click's ``obj``)."""

    def __init__(
        self,
        operations: Mapping[str, Operation],
        *,
        settings: Callable[[], Settings] = Settings.load,
        workspace: Workspace | None = None,
    ) -> None:
        self.operations = operations
        self._load_settings = settings
        self._workspace = workspace

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when a command first needs them."""
        return self._workspace.settings if self._workspace else self._load_settings()

    def run(self, name: str, arguments: Mapping[str, Json], progress: Progress = quiet) -> Json:
        """Perform *name* and return its answer."""
        begins = name in BEGINNING
        with self.session(migrated=name not in UNMIGRATED, begins=begins) as session:
            return session.run(name, arguments, progress)

    @contextmanager
    def session(self, *, migrated: bool = True, begins: bool = True) -> Iterator[Runs]:
        """Keep one connection, or one workspace, for all calls within the block.

        *begins* tells whether a data directory may be made where there is none.
        """
        with asyncio.Runner() as runner:
            if self._workspace:
                yield _Local(runner, self._workspace, self.operations)
                return
            with ExitStack() as stack:
                served = self._served(runner, stack)
                yield served or self._alone(runner, stack, migrated=migrated, begins=begins)

    def emit(
        self, document: Json, as_json: bool, readable: Callable[[Console, Json], None]
    ) -> None:
        """Print *document* as one JSON document, or as *readable* writes it."""
        if as_json:
            plain = msgspec.json.encode(document)
            click.echo(msgspec.json.format(plain, indent=2).decode())
            return
        readable(Console(highlight=False), document)

    def _served(self, runner: asyncio.Runner, stack: ExitStack) -> Runs | None:
        async def connect() -> tuple[control.Connected, AsyncExitStack]:
            async with AsyncExitStack() as entered:
                session = await entered.enter_async_context(
                    control.connection(self.settings.control_path)
                )
                return session, entered.pop_all()

        try:
            session, entered = runner.run(connect())
        except control.NoServer:
            return None
        stack.callback(lambda: runner.run(entered.aclose()))
        return _Served(runner, session)

    def _alone(
        self, runner: asyncio.Runner, stack: ExitStack, *, migrated: bool, begins: bool
    ) -> Runs:
        directory = self.settings.data_dir
        if not begins and not directory.exists():
            raise UsageError(
                f"there is no data directory {directory}; OBORO_DATA_DIR names another one"
            )
        clock = SystemClock()
        patient_until = clock.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                workspace = stack.enter_context(open_workspace(self.settings, migrated=migrated))
                return _Local(runner, workspace, self.operations)
            except DirectoryTaken:
                # A server may be starting, or another command be about to end.
                if clock.monotonic() > patient_until:
                    raise
                time.sleep(0.1)
                if served := self._served(runner, stack):
                    return served


class _Local:
    def __init__(
        self,
        runner: asyncio.Runner,
        workspace: Workspace,
        operations: Mapping[str, Operation],
    ) -> None:
        self._runner, self._workspace, self._operations = runner, workspace, operations

    def run(self, name: str, arguments: Mapping[str, Json], progress: Progress = quiet) -> Json:
        return self._runner.run(
            perform(self._workspace, self._operations, name, arguments, progress)
        )


class _Served:
    def __init__(self, runner: asyncio.Runner, session: control.Connected) -> None:
        self._runner, self._session = runner, session

    def run(self, name: str, arguments: Mapping[str, Json], progress: Progress = quiet) -> Json:
        return self._runner.run(control.call(self._session, name, arguments, progress))


pass_program = click.make_pass_decorator(Program)
