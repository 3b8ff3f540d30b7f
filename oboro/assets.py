"""Read the style sheets, scripts and pictures that the installation built or put in place."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from oboro.errors import OboroError

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What an asset is, by the end of its name."""


@cache
def assets() -> dict[str, bytes]:
    """Return every asset by its name."""
    folder = files("oboro").joinpath("built", "assets")
    if not folder.is_dir():
        return {}
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.name.endswith(tuple(KINDS))
    }


def asset(name: str) -> bytes:
    """Return the asset *name*."""
    if name not in assets():
        raise OboroError(f"the pages' {name} is not built; run make setup")
    return assets()[name]
