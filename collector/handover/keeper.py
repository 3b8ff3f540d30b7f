"""Hold a collector's memory between its end and its successor's start, for a bounded time.

``python -m collector.handover.keeper DIRECTORY SECONDS`` reads the bytes from its standard input,
says ``ready`` and gives them to the first process of its own user that asks and says that it has
them. Then, or when the time is over, it ends, and what nobody asked for is gone. Nothing is
written: the socket's file holds no content.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from collector.handover.wire import ACKNOWLEDGED, OF_A_SUCCESSOR, bound, is_ours, send
from oboro.hardening import keep_memory_private


def keep(directory: Path, data: bytes, seconds: float) -> bool:
    """Offer *data* for *seconds* at the socket in *directory*; tell whether it was taken."""
    until = time.monotonic() + seconds
    with bound(directory) as listening:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while (left := until - time.monotonic()) > 0:
            listening.settimeout(left)
            try:
                peer, _ = listening.accept()
            except TimeoutError:
                return False
            with peer, suppress(OSError):
                if is_ours(peer) and _given(peer, data):
                    return True
    return False


def _given(peer: socket.socket, data: bytes) -> bool:
    peer.settimeout(OF_A_SUCCESSOR)
    send(peer, data)
    return peer.recv(1) == ACKNOWLEDGED


def main() -> int:
    """Keep what comes by standard input."""
    keep_memory_private()
    directory, seconds = Path(sys.argv[1]), float(sys.argv[2])
    data = sys.stdin.buffer.read()
    os.chdir("/")
    keep(directory, data, seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
