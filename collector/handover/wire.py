"""The socket over which memory is handed: whose it is, who may ask, and how bytes go over it."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "handover.sock"
OF_A_SUCCESSOR = 60.0
"""Seconds in which a successor reads everything: of 900,000 keys it made a ledger in 2.4 to 4.4."""
ACKNOWLEDGED = b"k"
_LENGTH = struct.Struct("!Q")
_CREDENTIALS = struct.Struct("3i")


@contextmanager
def bound(directory: Path) -> Iterator[socket.socket]:
    """Listen in *directory*, for this user alone; at the end the file goes, if it is still ours."""
    with reached(directory) as address, socket.socket(socket.AF_UNIX) as listening:
        with suppress(FileNotFoundError):
            os.unlink(address)
        before = os.umask(0o177)
        try:
            listening.bind(address)
        finally:
            os.umask(before)
        ours = os.stat(address).st_ino
        listening.listen(1)
        try:
            yield listening
        finally:
            # A later keeper may have put its own in this place.
            with suppress(FileNotFoundError):
                if os.stat(address).st_ino == ours:
                    os.unlink(address)


@contextmanager
def reached(directory: Path) -> Iterator[str]:
    """Yield an address of the socket in *directory* that is short, however long its path is."""
    opened = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{opened}/{NAME}"
    finally:
        os.close(opened)


def is_ours(peer: socket.socket) -> bool:
    """Tell whether the process at the other end runs as this one's user, as the kernel says."""
    told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(told)
    return bool(user == os.geteuid())


def send(peer: socket.socket, data: bytes) -> None:
    """Send *data* with its length."""
    peer.sendall(_LENGTH.pack(len(data)))
    peer.sendall(data)


def receive(peer: socket.socket) -> bytes:
    """Return what `send` sent; raises `EOFError` when the other end went away."""
    (length,) = _LENGTH.unpack(_exactly(peer, _LENGTH.size))
    return bytes(_exactly(peer, length))


def _exactly(peer: socket.socket, length: int) -> bytearray:
    data = bytearray(length)
    view, at = memoryview(data), 0
    while at < length:
        read = peer.recv_into(view[at:])
        if not read:
            raise EOFError("the other end went away")
        at += read
    return data
