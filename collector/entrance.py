"""Let hits in: the objection first, then what was said, then the commit, then the answer.

A visitor who objects gets what everybody gets: status, headers, bytes and the wait for a commit
are the same, and so are the refusals that do not depend on what a body says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
from aiohttp import web

from collector.arrival import NOTHING, Arrival
from collector.body import read_body
from collector.dialects.native import Hit
from collector.dialects.said import Asked, Heard, Problem, Said
from collector.intake import Said as PageSaid
from collector.intake import arrival_of
from collector.optout import opted_out
from collector.spool import SpoolUnavailable
from collector.unreadable import Unreadable
from oboro.clock import Clock
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.sites import Site

CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
}
"""Pages of other origins may send hits and see whether they arrived."""
UNKNOWN_SITE = (
    "site names no site that is counted here; `oboro site add` adds it, and the tracker's "
    "data-site says which one a page belongs to"
)
_NO_ROOM = "hits cannot be taken down at the moment; send it again later"
_BROKEN_OFF = (408, 413, 415)
"""Refusals that leave a body unread, after which the connection cannot go on."""

Read = Callable[[Asked], Heard]
Accepted = Callable[[web.Request, Sequence[Problem]], web.Response]
Refused = Callable[[web.Request, Unreadable], web.Response]


class Ingesting(Protocol):
    """What stands behind the routes."""

    async def take(self, arrival: Arrival, began: float | None = None) -> Outcome:
        """Do as `take_all` does for one *arrival*."""
        ...

    async def take_all(
        self, arrivals: Sequence[Arrival], began: float | None = None
    ) -> list[Outcome]:
        """Return the outcomes of *arrivals* once all are durable, or raise `SpoolUnavailable`.

        *began* is when their reading began (monotonic seconds): who objects takes as long.
        """
        ...

    async def wait_for_commit(self) -> None:
        """Wait as `take` does, and refuse as it does, leaving nothing behind."""
        ...

    def refuse(self, outcome: Outcome) -> None:
        """Tally a request that never became an arrival."""
        ...

    def forget(self, arrival: Arrival) -> None:
        """Drop what is pending of the visitor of *arrival* on every site."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What every route that counts goes through, whatever form its hits have."""

    ingest: Ingesting
    clock: Clock
    settings: Settings
    site_for: Callable[[str], Site | None]

    async def let_in(
        self, request: web.Request, read: Read, accepted: Accepted, refused: Refused
    ) -> web.Response:
        """Answer *request*, whose hits *read* finds, once they are on the disk.

        *accepted* is asked for the answer also for somebody who objects, of whom nothing was read.
        """
        objects = opted_out(request.headers)
        body = b""
        if request.method == "POST":
            try:
                body = await read_body(
                    request, seconds=self.settings.body_seconds, keep=not objects
                )
            except Unreadable as unreadable:
                if not objects:
                    self.ingest.refuse(Outcome.INVALID)
                return refusal(unreadable.status, unreadable.message)
        try:
            if objects:
                await self.ingest.wait_for_commit()
                return accepted(request, ())
            began = self.clock.monotonic()
            heard = read(asked_by(request, body))
            problems = [*heard.problems, *await self._taken(request, heard.said, began)]
        except Unreadable as unreadable:
            if unreadable.status == 400:
                self.ingest.refuse(Outcome.INVALID)
            return refused(request, unreadable)
        except SpoolUnavailable as error:
            return refusal(503, _NO_ROOM, {"Retry-After": f"{max(1, round(error.retry_after))}"})
        for _ in heard.problems:
            self.ingest.refuse(Outcome.INVALID)
        return accepted(request, problems)

    async def _taken(
        self, request: web.Request, said: Sequence[Said], began: float
    ) -> Sequence[Problem]:
        arrivals = [self._arrival(request, each) for each in said]
        outcomes = await self.ingest.take_all(arrivals, began)
        # Other refusals look like being counted, so that nobody learns to pass the checks.
        unknown = [
            each.place
            for each, outcome in zip(said, outcomes, strict=True)
            if outcome == Outcome.UNKNOWN_SITE
        ]
        if unknown and len(unknown) == len(said):
            raise Unreadable(404, UNKNOWN_SITE, "site")
        return [Problem(place, UNKNOWN_SITE) for place in unknown]

    def _arrival(self, request: web.Request, said: Said) -> Arrival:
        return arrival_of(
            site=self._known(said.sites),
            at=self.clock.now(),
            peer=request.remote,
            headers=request.headers,
            trusted=self.settings.trusted_proxies,
            url=said.hit.url,
            automated=said.hit.automated,
            **said_by(said.hit),
        )

    def _known(self, sites: tuple[str, ...]) -> str:
        """Return the first of *sites* that is counted here; one alone need not be looked up."""
        if len(sites) > 1:
            return next((site for site in sites if self.site_for(site)), sites[0])
        return sites[0]


def said_by(hit: Hit) -> PageSaid:
    """Return what *hit* says besides its site and address."""
    return {
        "referrer": hit.referrer or "",
        "kind": hit.kind,
        "name": hit.name or "",
        "target": hit.target or "",
        "search": hit.search or "",
        "props": hit.props or NOTHING,
        "engaged": hit.engaged or 0.0,
        "scroll": int(hit.scroll or 0),
        "width": None if hit.width is None else int(hit.width),
    }


def asked_by(request: web.Request, body: bytes, site: str = "") -> Asked:
    """Return what a dialect may read of *request*; *site* is that of the key it came with."""
    headers = request.headers
    return Asked(
        query=request.rel_url.raw_query_string,
        body=body,
        page=headers.get("Referer", "") or headers.get("Origin", ""),
        host=headers.get("Host", ""),
        site=site,
    )


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer that says what is wrong; *message* repeats nothing that was sent."""
    answer = web.Response(
        status=status,
        body=msgspec.json.encode({"error": message}),
        content_type="application/json",
        headers={**CROSS_ORIGIN, **(headers or {})},
    )
    if status in _BROKEN_OFF:
        answer.force_close()
    return answer
