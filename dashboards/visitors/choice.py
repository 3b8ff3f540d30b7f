"""Tell in which state a browser's opt-out is, from what the request itself carries."""

from __future__ import annotations

from enum import StrEnum

from multidict import MultiMapping

from oboro.optout_cookie import Objection, objection_in


class State(StrEnum):
    """Whether this browser is counted, and why not; the values name texts."""

    COUNTED = "counted"
    STOPPED = "stopped"
    """The cookie says so."""
    GPC = "gpc"
    """The browser sends Global Privacy Control."""
    DNT = "dnt"
    """The browser sends Do Not Track."""
    BLOCKED = "blocked"
    """It was asked to stop, yet the cookie did not come back."""


_STATES = {
    Objection.COOKIE: State.STOPPED,
    Objection.GPC: State.GPC,
    Objection.DNT: State.DNT,
}


def state_of(headers: MultiMapping[str], just_set: bool) -> State:
    """Return the state; *just_set*: the visitor has just chosen to stop."""
    objection = objection_in(headers)
    if objection is not None:
        return _STATES[objection]
    return State.BLOCKED if just_set else State.COUNTED
