"""Run blocking work in a thread and never leave it behind half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def run_through(work: Callable[[], Result]) -> Result:
    """Return what *work* returns from a thread; a cancelled caller waits until it is done."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
