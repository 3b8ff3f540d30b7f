"""A progress bar on standard error, so that standard output holds the answer alone."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from oboro.clock import Clock, SystemClock

UNITS: Mapping[str, str] = {"reading": "lines", "counting": "lines"}
"""What is counted while something is done; of other doings no rate is shown."""


class Bar:
    """Show how far one thing after the other is; gone when all is done."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None
        self._doing = ""
        self._begun = 0.0

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, doing: str, done: int, of: int) -> None:
        """Show how far *doing* is; a new name begins a new bar."""
        if self._task is None or doing != self._doing:
            self._task = self._bar.add_task(doing, total=None, rate="")
            self._doing, self._begun = doing, self._clock.monotonic()
        passed = self._clock.monotonic() - self._begun
        unit = UNITS.get(doing)
        rate = f"{done / passed:,.0f} {unit}/s" if unit and passed else ""
        self._bar.update(self._task, completed=done, total=of or None, rate=rate)
