"""Name listed pages as hits are named, so that a list matches what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from collector.coarsen.path import page_of, split_address
from oboro.facts import UNKNOWN
from oboro.hosts import known_form
from oboro.rooms import Json, Progress
from oboro.workspace import Workspace


async def name_pages(_workspace: Workspace, arguments: Mapping[str, Json], _: Progress) -> Json:
    """Answer with the name of each of *addresses*; null for what is no page of *hosts*."""
    hosts, keys = frozenset(arguments["hosts"]), tuple(arguments.get("query_keys", ()))
    return {"names": [page_name(address, hosts, keys) for address in arguments["addresses"]]}


def page_name(text: str, hosts: frozenset[str], query_keys: tuple[str, ...]) -> str | None:
    """Return the name under which the page at *text* is counted, None if it is no page of *hosts*.

    >>> page_name("https://www.example.jp/b/index.html?q=1", frozenset({"example.jp"}), ())
    '/b'
    """
    address = split_address(text)
    if address is None or (address.host and known_form(address.host) not in hosts):
        return None
    name = page_of(address, query_keys, section_depth=1).name
    return None if name == UNKNOWN else name
