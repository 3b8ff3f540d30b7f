"""Tell operators in which form what they gave is kept, where that is another one."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from oboro.goals import composed
from oboro.rooms import Json


def changed_forms(given: Sequence[str], kept: Sequence[str]) -> dict[str, str]:
    """Return those of *given* that look otherwise as they are *kept*, with how.

    >>> changed_forms(["/a/", "/b"], ["/a", "/b"])
    {'/a/': '/a'}
    """
    pairs = zip(given, kept, strict=True)
    return {before: after for before, after in pairs if composed(before) != after}


def show_forms(console: Console, document: Json) -> None:
    """Print the forms that `changed_forms` tells, one a line."""
    for given, kept in document.items():
        console.print(f"{given} is counted as {kept}.", markup=False, soft_wrap=True)
