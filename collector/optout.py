"""Decide whether a visitor objects, before anything else about the request is read."""

from __future__ import annotations

from multidict import MultiMapping

from oboro.optout_cookie import objection_in


def opted_out(headers: MultiMapping[str]) -> bool:
    """Tell whether *headers* carry the opt-out cookie, ``Sec-GPC: 1`` or ``DNT: 1``.

    For every site alike: the decision needs neither body nor address nor agent.
    """
    return objection_in(headers) is not None
