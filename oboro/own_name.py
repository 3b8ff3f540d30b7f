"""Tell a request that names this server from one that a foreign page had its own name lead to.

A page of elsewhere can let its name lead to 127.0.0.1 once it is loaded ("DNS rebinding"). Its
scripts would then read the operators' reports, and follow the totals, through the browser of
whoever has it open, as if they were its own. Such a request still names the foreign host.
"""

from __future__ import annotations

from collections.abc import Container
from ipaddress import ip_address

from aiohttp import web

from oboro.hosts import known_form
from oboro.workspace import Workspace


def refuse_other_names(request: web.Request, workspace: Workspace) -> None:
    """Raise the answer to *request* that says so, where it names a host that is not our own."""
    named, allowed = request.headers.get("Host", ""), workspace.settings.allowed_hosts
    sites = {name for site in workspace.catalog.sites() for name in (site.host, *site.aliases)}
    if not is_own_name(named, allowed, sites):
        raise web.HTTPMisdirectedRequest


def is_own_name(named: str, allowed: Container[str], sites: Container[str]) -> bool:
    """Return whether *named* (``Host``) is *allowed*, a declared one of *sites*, or an address.

    An address is no name that could be made to lead elsewhere; a request that names nothing is one
    of HTTP/1.0, which no browser speaks.

    >>> [is_own_name(named, (), ("example.jp",)) for named in ("[::1]:8000", "www.example.jp")]
    [True, True]
    >>> is_own_name("example.jp.elsewhere.example:8000", (), ("example.jp",))
    False
    """
    front, colon, port = named.lower().rpartition(":")
    host = front if colon and port.isdigit() else named.lower()
    host = host.rstrip(".")
    if host in ("", "localhost") or host in allowed or known_form(host) in sites:
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
