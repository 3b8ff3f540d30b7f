"""Both ends of a hand-over: leave the memory with a keeper, and take it from there."""

from __future__ import annotations

import logging
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from collector.handover.wire import ACKNOWLEDGED, OF_A_SUCCESSOR, is_ours, reached, receive
from oboro.journal import kind_and_place

log = logging.getLogger("oboro.collector")

READY_SECONDS = 30.0
"""How long a stop waits for its keeper to begin."""
Taken = TypeVar("Taken")


def left_with_keeper(directory: Path, data: bytes, seconds: float) -> bool:
    """Start a process that keeps *data* for *seconds*; tell whether it does. Blocks."""
    command = [sys.executable, "-m", "collector.handover.keeper", str(directory.resolve())]
    try:
        keeper = subprocess.Popen(
            [*command, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        log.error("nobody can keep the collector's memory: %s", kind_and_place(error))
        return False
    if _told(keeper, data) and _is_ready(keeper):
        keeper.returncode = 0  # It outlives this process, which must not warn of it.
        return True
    log.error("the process that was to keep the collector's memory did not begin")
    keeper.kill()
    keeper.wait()
    return False


def taken_over(directory: Path, unpack: Callable[[bytes], Taken]) -> Taken | None:
    """Return what *unpack* makes of what a keeper holds; None when there is none. Blocks.

    The keeper lets go once *unpack* has returned. Whatever happens, no later start can take the
    same again: the socket's file is gone on return.
    """
    with reached(directory) as address:
        if not os.path.lexists(address):
            return None
        try:
            with socket.socket(socket.AF_UNIX) as keeper:
                keeper.settimeout(OF_A_SUCCESSOR)
                keeper.connect(address)
                if not is_ours(keeper):
                    log.error("what offers a collector's memory belongs to another user")
                    return None
                found = unpack(receive(keeper))
                keeper.sendall(ACKNOWLEDGED)
                # It lets go before anything is counted here: nobody can take the same later.
                keeper.recv(1)
                return found
        except ConnectionRefusedError:
            return None
        finally:
            with suppress(FileNotFoundError):
                os.unlink(address)


def _told(keeper: subprocess.Popen[bytes], data: bytes) -> bool:
    assert keeper.stdin is not None
    try:
        with keeper.stdin as pipe:
            pipe.write(data)
    except OSError:
        return False
    return True


def _is_ready(keeper: subprocess.Popen[bytes]) -> bool:
    assert keeper.stdout is not None
    with keeper.stdout as pipe:
        ready, _, _ = select.select([pipe], [], [], READY_SECONDS)
        return bool(ready) and pipe.readline().strip() == b"ready"
