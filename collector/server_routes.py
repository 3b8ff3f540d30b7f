"""Take events that a site's own servers send, in our own form and in GoatCounter's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from collector.dialects import events, goatcounter_api
from collector.dialects.said import Problem, UnreadableItems
from collector.keyed_entrance import KeyedEntrance, for_servers
from collector.unreadable import Unreadable

MOST_TOLD = 20
"""Items of a batch of which an answer says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerEvents:
    """The routes that need a site's key whatever they are sent."""

    entrance: KeyedEntrance
    routes: Sequence[web.AbstractRouteDef] = field(init=False)

    def __post_init__(self) -> None:
        routes = (
            web.post("/api/events", self.events),
            web.post("/api/v0/count", self.goatcounter),
        )
        object.__setattr__(self, "routes", routes)

    async def events(self, request: web.Request) -> web.Response:
        """Take an event of our own form, or a list of them."""
        return await self.entrance.let_in(
            request, events.read, _taken, _refused, longest=events.LONGEST
        )

    async def goatcounter(self, request: web.Request) -> web.Response:
        """Take a list of hits of GoatCounter's form; those that can be read are counted."""
        return await self.entrance.let_in(
            request,
            goatcounter_api.read,
            _goatcounter_taken,
            _goatcounter_refused,
            longest=events.LONGEST,
        )


def _taken(_request: web.Request, late: Sequence[Problem]) -> web.Response:
    return for_servers({"late": [problem.place for problem in late]}, 202)


def _refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    if not isinstance(unreadable, UnreadableItems):
        return for_servers({"error": unreadable.message}, unreadable.status)
    problems = unreadable.problems
    told = [_told(problem) for problem in problems[:MOST_TOLD]]
    error = f"nothing was counted: {len(problems)} of the events cannot be taken; mend those, and "
    error += "send all of them again"
    return for_servers({"error": error, "items": told}, unreadable.status)


def _told(problem: Problem) -> Mapping[str, object]:
    return {"index": problem.place, "field": problem.field or None, "error": problem.message}


def _goatcounter_taken(_request: web.Request, problems: Sequence[Problem]) -> web.Response:
    if problems:
        return for_servers(_errors(problems), 400)
    return for_servers({"status": "ok"}, 202)


def _goatcounter_refused(_request: web.Request, unreadable: Unreadable) -> web.Response:
    if isinstance(unreadable, UnreadableItems):
        return for_servers(_errors(unreadable.problems), unreadable.status)
    return for_servers({"error": unreadable.message}, unreadable.status)


def _errors(problems: Sequence[Problem]) -> Mapping[str, object]:
    return {"errors": {str(problem.place): problem.message for problem in problems}}
