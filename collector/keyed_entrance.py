"""Let events in that a site's own servers send: the key first, then as any hit.

With a key, the sender's word for a visitor's address, agent and time is taken, within bounds: a
time lies on the site's running day. What is of a day that is over is ``late``: nobody knows any
longer who was there on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from aiohttp import web
from multidict import MultiMapping

from collector.arrival import Arrival
from collector.body import LONGEST, read_body
from collector.dialects.said import Problem, Said, Stated, UnreadableItems
from collector.entrance import Accepted, Ingesting, Read, Refused, asked_by, said_by
from collector.intake import stated_arrival
from collector.optout import opted_out
from collector.spool import SpoolUnavailable
from collector.unreadable import Unreadable
from oboro.clock import Clock, local_day
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.site_keys import BEGINS
from oboro.sites import Site
from oboro.wire import bearer

AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead; such a time is taken for now."""
LATE = (
    "it is of a day that is over, and cannot be counted any more; send events before the site's "
    "midnight"
)
NO_KEY = (
    "the key is missing, unknown or over; send a site's key as `Authorization: Bearer KEY` "
    "(`oboro site-key new HOST` makes one)"
)
OTHER_SITE = "the key is of another site; send each site's events with its own key"
NO_ROOM = "events cannot be taken down at the moment; send them again later"
_IN_FUTURE = "lies in the future; send when it happened, or nothing for now"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedEntrance:
    """What every route goes through that takes events with a site's key."""

    ingest: Ingesting
    clock: Clock
    settings: Settings
    site_for: Callable[[str], Site | None]
    site_with_key: Callable[[str, datetime], Site | None]

    async def let_in(
        self,
        request: web.Request,
        read: Read,
        accepted: Accepted,
        refused: Refused,
        *,
        longest: int = LONGEST,
    ) -> web.Response:
        """Answer *request*, whose events *read* finds, once they are on the disk.

        *accepted* is asked for the answer, with the events that were late; *refused* for what
        says that nothing of the request was kept.
        """
        try:
            return accepted(request, await self._problems(request, read, longest))
        except Unreadable as unreadable:
            problems = unreadable.problems if isinstance(unreadable, UnreadableItems) else (None,)
            if not opted_out(request.headers):
                for _ in problems:
                    self.ingest.refuse(Outcome.INVALID)
            answer = refused(request, unreadable)
            if unreadable.status in (401, 408, 413, 415):
                # The body was not read to its end.
                answer.force_close()
            if unreadable.status == 401:
                answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        except SpoolUnavailable as error:
            answer = refused(request, Unreadable(503, NO_ROOM))
            answer.headers["Retry-After"] = f"{max(1, round(error.retry_after))}"
            return answer

    async def _problems(self, request: web.Request, read: Read, longest: int) -> Sequence[Problem]:
        now = self.clock.now()
        site = self.site_with_key(bearer(request.headers), now)
        if site is None:
            raise Unreadable(401, NO_KEY)
        objects = opted_out(request.headers)
        body = await read_body(
            request, seconds=self.settings.body_seconds, keep=not objects, longest=longest
        )
        if objects:
            # A server that hands a visitor's own headers on hands the objection on.
            await self.ingest.wait_for_commit()
            return ()
        began = self.clock.monotonic()
        heard = read(asked_by(request, body, site.host))
        arrivals = self._arrivals(heard.said, site, now)
        outcomes = await self.ingest.take_all(arrivals, began)
        for _ in heard.problems:
            self.ingest.refuse(Outcome.INVALID)
        late = [
            Problem(each.place, LATE)
            for each, outcome in zip(heard.said, outcomes, strict=True)
            if outcome is Outcome.LATE
        ]
        return [*heard.problems, *late]

    def _arrivals(self, said: Sequence[Said], site: Site, now: datetime) -> list[Arrival]:
        arrivals: list[Arrival] = []
        problems: list[Problem] = []
        for each in said:
            if self._named_site(each) != site:
                raise UnreadableItems(403, [Problem(each.place, OTHER_SITE, "site")])
            assert each.stated is not None
            at = each.stated.at or now
            if at > now + AHEAD:
                problems.append(Problem(each.place, f"its time {_IN_FUTURE}", "at"))
            arrivals.append(_arrival(each, each.stated, site, min(at, now), now))
        if problems:
            raise UnreadableItems(400, problems)
        return arrivals

    def _named_site(self, said: Said) -> Site | None:
        return next((site for name in said.sites if (site := self.site_for(name))), None)


def has_key(headers: MultiMapping[str]) -> bool:
    """Tell whether *headers* carry what looks like a site's key, be it good or not."""
    return bearer(headers).startswith(BEGINS)


def for_servers(
    document: Mapping[str, object], status: int, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer in JSON for servers alone: no page of any origin may read it."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(document),
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _arrival(said: Said, stated: Stated, site: Site, at: datetime, now: datetime) -> Arrival:
    late = local_day(at, site.zone) < local_day(now, site.zone)
    return stated_arrival(
        site=site.host,
        # Where it is late, it is tallied on the day on which it came.
        at=now if late else at,
        network=stated.network,
        agent=stated.agent,
        language=stated.language,
        hints=stated.hints,
        url=said.hit.url,
        automated=said.hit.automated,
        late=late,
        **said_by(said.hit),
    )
