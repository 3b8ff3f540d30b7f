"""Read the ``.sql`` file that belongs to a module; values never go into its text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load_sql(package: str, name: str) -> str:
    """Return the text of *name* (with its ``.sql`` ending) that lies in *package*."""
    return files(package).joinpath(name).read_text(encoding="utf-8").strip()
