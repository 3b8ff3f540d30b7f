"""Turn an operator's list of pages into the names under which the pages are counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oboro.errors import UsageError
from oboro.page_list import read_page_list
from oboro.program import Runs

SHOWN = 5


def named_pages(
    session: Runs, path: Path, *, hosts: Sequence[str], query_keys: Sequence[str]
) -> list[str]:
    """Return the names of the pages that *path* lists for a site of *hosts*, in order, each once.

    Raises a `UsageError` that names the lines which are no pages of the site; nothing is kept then.
    """
    listed = read_page_list(path)
    answer = session.run(
        "pages.name",
        {
            "addresses": [each.address for each in listed],
            "hosts": list(hosts),
            "query_keys": list(query_keys),
        },
    )
    names: list[str | None] = answer["names"]
    wrong = [each for each, name in zip(listed, names, strict=True) if name is None]
    if wrong:
        shown = "; ".join(f"{each.where}: {each.address[:100]}" for each in wrong[:SHOWN])
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise UsageError(
            f"not a page of {hosts[0]}: {shown}{more}; list paths, or addresses of its hosts"
        )
    return sorted({name for name in names if name is not None})
