"""The tracker as the build made it: its scripts, and the names under which pages may pin them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import NamedTuple

import oboro

BUILT = Path(oboro.__file__).parent / "built"
SCRIPTS = ("t.js", "t.core.js")
"""Everything, and the smallest: views and events that pages tell."""
_NAMED_BY = 16
"""Hexadecimal digits of the checksum in a name; the whole of it is in ``integrity``."""


class Pinned(NamedTuple):
    """A name that stands for one script for ever, and what a browser checks it by."""

    name: str
    integrity: str


def pinned(script: bytes) -> Pinned:
    """Return the name and the ``integrity`` of *script*.

    >>> pinned(b"alert(1)").name
    't.1d3d84f4d7d68ae4.js'
    """
    digest = hashlib.sha384(script).digest()
    integrity = f"sha384-{base64.b64encode(digest).decode('ascii')}"
    return Pinned(f"t.{digest.hex()[:_NAMED_BY]}.js", integrity)


def built_script(name: str = "t.js", built: Path = BUILT) -> bytes:
    """Return the script *name* of `SCRIPTS`; empty where nothing was built."""
    path = built / name
    return path.read_bytes() if path.is_file() else b""
