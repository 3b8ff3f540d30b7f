"""Bring the pages that goals and funnels name into the form in which hits are counted.

Pages of hits have their escapes resolved, their marks composed, their index pages folded into
folders, numbers of people masked, and no query but for declared keys. A pattern that is compared
with such names must be written as they are: else it fits none of them, and nobody is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from oboro.errors import UsageError
from oboro.goals import composed
from oboro.hidden_characters import is_hidden
from oboro.operations import operations_of, quiet
from oboro.patterns import checked_path, path_fits
from oboro.rooms import load_rooms
from oboro.sites import Site
from oboro.workspace import Workspace

MASK = ":id"
"""What stands in a page's name for a number or a token of somebody."""
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


async def pages_as_counted(
    workspace: Workspace, site: Site, patterns: Sequence[str]
) -> tuple[str, ...]:
    """Return each of *patterns* as the names of pages of *site* are written that are to fit it.

    Raises a `UsageError` for one that no page of the site can ever fit.
    """
    asked = [_to_ask(pattern, site) for pattern in patterns]
    hosts = [site.host, *site.aliases]
    name_pages = operations_of(load_rooms())["pages.name"]
    answer = await name_pages(
        workspace, {"addresses": asked, "hosts": hosts, "query_keys": site.query_keys}, quiet
    )
    return tuple(
        _as_counted(pattern, named, name, site)
        for pattern, named, name in zip(patterns, asked, answer["names"], strict=True)
    )


async def steps_as_counted(
    workspace: Workspace, site: Site, steps: Sequence[str]
) -> tuple[str, ...]:
    """Return the *steps* of a funnel with their pages as `pages_as_counted` writes them."""
    pages = [step for step in steps if _names_pages(step)]
    kept = dict(zip(pages, await pages_as_counted(workspace, site, pages), strict=True))
    return tuple(kept.get(step) or composed(step) for step in steps)


def _names_pages(text: str) -> bool:
    return text.startswith("/") or _ADDRESS.match(text) is not None


def _to_ask(pattern: str, site: Site) -> str:
    """Return the part of *pattern* that is named as pages are: all but keys with a ``*``."""
    if not _names_pages(pattern):
        checked_path(pattern)
    plain = _decoded(pattern)
    if hidden := next(filter(is_hidden, plain), ""):
        raise UsageError(
            f"{pattern!r} holds a character that shows nothing (U+{ord(hidden):04X}), and no page "
            "counted here does; write it again by hand"
        )
    if "#" in pattern:
        raise UsageError(
            f"{pattern!r} names a place within a page, and pages are counted without what follows "
            f"#; write {pattern.partition('#')[0]!r}"
        )
    _refuse_undeclared(pattern, site)
    return pattern.partition("?")[0] if _open_keys(pattern) else pattern


def _as_counted(pattern: str, named: str, name: str | None, site: Site) -> str:
    """Return *pattern*, the part *named* of which is called *name*, as pages are counted."""
    if name is None:
        raise UsageError(
            f"{pattern!r} is no page of {site.host}; write its path, or an address of its hosts"
        )
    plain = _decoded(named)
    if name.count("*") < plain.count("*") and name.count(MASK) > plain.count(MASK):
        raise UsageError(
            f"{pattern!r} can never be counted: a part of it looks like a number or token of "
            f"somebody, in place of which pages are named {MASK}; write {name!r}, or * for all "
            "of that part"
        )
    if _open_keys(pattern):
        name = f"{name}?{composed(_decoded(pattern.partition('?')[2]))}"
    _refuse_excluded(checked_path(name), site)
    return name


def _decoded(text: str) -> str:
    """Return *text* with its escapes resolved once, as hits are read."""
    try:
        plain = unquote_to_bytes(text).decode()
    except UnicodeError:
        raise UsageError(
            f"{text!r} cannot be read: what follows % is no UTF-8; write it as the address bar "
            "shows it"
        ) from None
    if _ESCAPE.search(plain):
        raise UsageError(
            f"{text!r} is escaped twice, and such pages are counted as {MASK}; write it as the "
            "address bar shows it"
        )
    return plain


def _keys(pattern: str) -> list[str]:
    query = pattern.partition("?")[2]
    return [_decoded(part.partition("=")[0]) for part in query.split("&") if part]


def _open_keys(pattern: str) -> bool:
    return any("*" in key for key in _keys(pattern))


def _refuse_undeclared(pattern: str, site: Site) -> None:
    """Refuse a query of which nothing, or not all, is part of the names of pages."""
    undeclared = [key for key in _keys(pattern) if "*" not in key and key not in site.query_keys]
    if undeclared or ("?" in pattern and not site.query_keys):
        key = undeclared[0] if undeclared else "KEY"
        declared = "".join(f" --query-key {each}" for each in (*site.query_keys, key))
        raise UsageError(
            f"{pattern!r} can never be counted: pages of {site.host} are named without "
            f"{key if undeclared else 'a query'}; write {pattern.partition('?')[0]!r}, or declare "
            f"the key first: oboro site update {site.host}{declared}"
        )


def _refuse_excluded(name: str, site: Site) -> None:
    path = name.partition("?")[0]
    # A page that ends where the pattern has its last stroke fits it too.
    if all(path_fits(each, site.excluded_paths) for each in (path, path.removesuffix("/*"))):
        raise UsageError(
            f"{name!r} can never be counted: {site.host} excludes it; name other pages, or say "
            f"anew what is not counted: oboro site update {site.host} --exclude-path PATH"
        )
