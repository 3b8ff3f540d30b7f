"""Refuse pages where a site is built and tried out: local, staging and preview hosts."""

from __future__ import annotations

import re

from collector.admission.bot import LOOPBACK
from collector.arrival import Arrival
from collector.coarsen.path import split_address
from oboro.hosts import known_form
from oboro.outcomes import Outcome
from oboro.sites import Site

_LOCAL = re.compile(
    r"localhost|(?:.+\.)?(?:localhost|local|test|internal|invalid|lan|home\.arpa)"
    r"|\[.*\]|\d{1,3}(?:\.\d{1,3}){3}"
)
"""Names that lead nowhere on the public net, and addresses in digits."""
_BEFORE = re.compile(
    r"(?:.*[.-])?(?:staging|stage|stg|dev|develop|development|test|testing|qa|uat|preview|preprod"
    r"|sandbox|local)(?:[.-].*|\d{0,2})"
)
"""What stands before a site's own host where the next version of it is tried."""
_PLATFORMS = (
    ".vercel.app", ".netlify.app", ".pages.dev", ".workers.dev", ".web.app", ".herokuapp.com",
    ".github.dev", ".gitpod.io", ".ngrok.io", ".ngrok-free.app", ".loca.lt", ".trycloudflare.com",
    ".azurestaticapps.net", ".amplifyapp.com", ".onrender.com", ".fly.dev", ".stackblitz.io",
)  # fmt: skip


def is_staging(arrival: Arrival, site: Site) -> Outcome | None:
    """Object to a page shown under a host that is not declared and where no public reads.

    A visitor on the server's own machine is its operator trying things out: counted.
    """
    address = split_address(arrival.url)
    if address is None or address.host in ("", site.host) or arrival.network in LOOPBACK:
        return None
    literal = address.host.startswith("[")
    host = address.host if literal else known_form(address.host)
    if host == site.host or host in site.aliases:
        return None
    if literal or _LOCAL.fullmatch(host) or host.endswith(_PLATFORMS):
        return Outcome.STAGING
    front = host.removesuffix(f".{site.host}")
    return Outcome.STAGING if front != host and _BEFORE.fullmatch(front) else None
