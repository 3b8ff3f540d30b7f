"""How a visitor objects to being counted: by our cookie, or by what the browser says each time.

The cookie's value is the same for everybody and holds no time, so that it identifies nobody.
Its name is stricter where the connection allows it; all three names count everywhere.
"""

from __future__ import annotations

from enum import StrEnum

from aiohttp import web
from multidict import MultiMapping

PLAIN = "oboro-optout"
HOST_ONLY = "__Host-oboro-optout"
WHOLE_DOMAIN = "__Secure-oboro-optout"
NAMES = (PLAIN, HOST_ONLY, WHOLE_DOMAIN)
VALUE = "1"
MAX_AGE = 400 * 24 * 60 * 60
"""Seconds; browsers keep no cookie for longer than 400 days."""


class Objection(StrEnum):
    """What told that a visitor objects; any one of them is enough."""

    COOKIE = "cookie"
    GPC = "gpc"
    """``Sec-GPC: 1``, the Global Privacy Control."""
    DNT = "dnt"
    """``DNT: 1``, Do Not Track."""


def objection_in(headers: MultiMapping[str]) -> Objection | None:
    """Return what in *headers* says that the visitor objects, if anything does."""
    for header in headers.getall("Cookie", ()):
        if any(pair.partition("=")[0].strip() in NAMES for pair in header.split(";")):
            return Objection.COOKIE
    if _says_one(headers, "Sec-GPC"):
        return Objection.GPC
    return Objection.DNT if _says_one(headers, "DNT") else None


def _says_one(headers: MultiMapping[str], name: str) -> bool:
    """Tell whether a header says 1; a proxy may write several of one name into one, with commas."""
    return any(
        said.strip() == "1" for header in headers.getall(name, ()) for said in header.split(",")
    )


def remember_objection(response: web.StreamResponse, *, secure: bool, domain: str) -> None:
    """Set the cookie on *response*; *secure* tells whether the visitor came by https.

    The tracker reads it, so that it sends nothing at all: it is not HttpOnly.
    """
    name = (WHOLE_DOMAIN if domain else HOST_ONLY) if secure else PLAIN
    response.set_cookie(
        name,
        VALUE,
        max_age=MAX_AGE,
        path="/",
        domain=domain or None,
        secure=secure,
        samesite="Lax",
    )


def forget_objection(response: web.StreamResponse, *, secure: bool, domain: str) -> None:
    """Take the cookie back on *response*, whatever name it was set under."""
    for name in NAMES:
        response.set_cookie(
            name,
            "",
            max_age=0,
            path="/",
            domain=(domain or None) if name != HOST_ONLY else None,
            secure=secure,
            samesite="Lax",
        )
