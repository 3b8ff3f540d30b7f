"""Find out when a file that failed takes something again.

Until then everybody is refused alike: were the next group let try, one that leaves nothing would
find nothing wrong, and be told from others by its answer.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor

log = logging.getLogger("oboro.spool")

RETRY_SECONDS = 1.0
"""How long after a failure the file is tried again; what an answer's Retry-After says."""


class Trial:
    """Tries the file over and over once it has failed; lives on the event loop."""

    def __init__(self, try_writing: Callable[[], None], thread: Executor) -> None:
        self._try_writing = try_writing
        self._thread = thread
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False
        self.running = False
        """Whether the file is not known to take anything."""

    def begin(self) -> None:
        """Note that the file failed: it is tried until it was seen to take something."""
        self.running = True
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(RETRY_SECONDS, self._try)

    def end(self) -> None:
        """Try no more."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()

    def _try(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, self._try_writing).add_done_callback(self._tried)

    def _tried(self, trial: asyncio.Future[None]) -> None:
        error = None if trial.cancelled() else trial.exception()
        if self._ended:
            return
        if trial.cancelled() or error is not None:
            if not isinstance(error, sqlite3.Error):
                log.error("the spool could not be tried: %s", type(error).__name__)
            self.begin()
            return
        self.running = False
        log.warning("entries are taken down again")
