"""Turn what happens on a page into declared names, domains and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from collector.coarse import Mark
from collector.coarsen.masking import points_at_someone
from collector.coarsen.path import Address, clean, decoded, page_of, split_address
from collector.coarsen.referrer import domain_of
from oboro.facts import OTHER
from oboro.goals import composed

LONGEST_TERM = 64
"""Characters of what was looked for; longer ones are kept as ``(other)``."""
_LONGEST_READ = 1024
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})\Z", re.ASCII)


def event_mark(name: str, declared: Sequence[str]) -> Mark:
    """Return the mark of an event: its name, composed (NFC), if it is *declared*."""
    kept = composed(name)
    return "event", kept if kept in declared else OTHER


def download_mark(target: str, extensions: Sequence[str]) -> Mark:
    """Return the mark of a file that is fetched: its masked path, if its ending is declared.

    >>> download_mark("https://a.jp/files/plan.PDF?v=2", ("pdf",))
    ('download', '/files/plan.PDF')
    """
    address = split_address(target)
    ending = _EXTENSION.search(address.path) if address else None
    if ending is None or ending[1].lower() not in extensions:
        return "download", OTHER
    return "download", page_of(address, (), 1).name


def outbound_mark(target: str) -> Mark:
    """Return the mark of a link that leads away: the registrable domain it leads to.

    >>> outbound_mark("https://www.city.example.co.jp/tel/0312345678")
    ('outbound', 'example.co.jp')
    """
    return "outbound", domain_of(target)


def search_mark(term: str) -> Mark | None:
    """Return the mark of what was looked for, nothing for an empty term.

    Terms that differ in case, width or spaces are the same; one that could point at a person is
    ``(other)``.

    >>> search_mark("  ゴミ　収集 ＡＢＣ"), search_mark("taro@example.jp"), search_mark(" ")
    (('search', 'ゴミ 収集 abc'), ('search', '(other)'), None)
    """
    folded = unicodedata.normalize("NFKC", term[:_LONGEST_READ]).casefold()
    words = clean(" ".join(folded.split()))
    if not words:
        return None
    if len(words) > LONGEST_TERM or "\ufffd" in words or points_at_someone(words):
        return "search", OTHER
    return "search", words


def searched_in(address: Address, keys: Sequence[str]) -> str:
    """Return what was looked for, if the query of *address* says it under one of *keys*."""
    for part in address.query.split("&"):
        key, found, value = part.partition("=")
        if found and decoded(key) in keys:
            return decoded(value.replace("+", " "))
    return ""


def property_marks(props: Mapping[str, object], declared: Sequence[str]) -> Iterator[Mark]:
    """Yield the marks of those *props* of which a ``key=value`` is *declared*, in that order.

    >>> list(property_marks({"plan": "x", "n": 3}, ("plan=free", "plan=pro")))
    [('property', 'plan=(other)')]
    """
    for key in dict.fromkeys(each.partition("=")[0] for each in declared):
        if key in props:
            written = f"{key}={_written(props[key])}"
            yield "property", written if written in declared else f"{key}={OTHER}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""
