"""Where a room's templates are found, and how strictly they are filled."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def templates_of(package: str) -> Environment:
    """Return the templates of *package*: everything is escaped, and nothing may be missing."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
