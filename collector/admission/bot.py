"""Refuse crawlers, monitors, libraries and headless browsers, and what names no agent at all."""

from __future__ import annotations

from collector.arrival import Arrival
from collector.coarsen.agent import read_agent
from collector.coarsen.programs import is_headless
from collector.intake import AUTOMATED
from oboro.outcomes import Outcome
from oboro.sites import Site

LOOPBACK = (b"\x7f\x00\x00\x00", bytes(16))
"""The truncated networks of 127.0.0.1 and ::1."""


def is_bot(arrival: Arrival, _site: Site) -> Outcome | None:
    """Object to an agent that is a program's, and to a hit that says itself it is automated.

    A headless browser on the server's own machine is its operator trying things out: counted.
    """
    if arrival.hints and AUTOMATED in arrival.hints:
        return Outcome.BOT
    agent = read_agent(arrival.agent)
    # A headless browser may wear another's agent, and still say what it is in its client hint.
    headless = agent.headless or is_headless(arrival.hints.get("sec-ch-ua", ""))
    if agent.program or (headless and arrival.network not in LOOPBACK):
        return Outcome.BOT
    return None
