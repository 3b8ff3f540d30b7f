"""Take a visitor's choice from the notice: stop counting me, or count me again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from aiohttp import web
from multidict import MultiMapping

from collector.body import read_body
from collector.entrance import Ingesting, refusal
from collector.intake import arrival_of, came_by_https
from collector.unreadable import Unreadable
from oboro.clock import Clock
from oboro.optout_cookie import forget_objection, remember_objection
from oboro.settings import Settings
from oboro.sites import Site

LANGUAGES = ("ja", "en")
_UNMARKED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The two POSTs behind the buttons of ``/privacy/HOST``; both lead back to it."""

    ingest: Ingesting
    clock: Clock
    settings: Settings
    site_for: Callable[[str], Site | None]
    routes: Sequence[web.AbstractRouteDef] = field(init=False)

    def __post_init__(self) -> None:
        routes = (web.post("/opt-out", self.opt_out), web.post("/opt-in", self.opt_in))
        object.__setattr__(self, "routes", routes)

    async def opt_out(self, request: web.Request) -> web.Response:
        """Set the cookie, and drop what is pending of this visitor: this once it is looked up."""
        # The notice compares the mark with the cookie that comes back: a browser may keep none.
        answer = await self._back(request, mark={"set": "1"})
        if answer.status != 303:
            return answer
        self.ingest.forget(
            arrival_of(
                site="",
                at=self.clock.now(),
                peer=request.remote,
                headers=request.headers,
                trusted=self.settings.trusted_proxies,
                url="",
            )
        )
        remember_objection(
            answer, secure=self._is_secure(request), domain=self.settings.cookie_domain
        )
        return answer

    async def opt_in(self, request: web.Request) -> web.Response:
        """Take the cookie back."""
        answer = await self._back(request)
        if answer.status == 303:
            forget_objection(
                answer, secure=self._is_secure(request), domain=self.settings.cookie_domain
            )
        return answer

    async def _back(
        self, request: web.Request, mark: Mapping[str, str] = _UNMARKED
    ) -> web.Response:
        if not from_our_own_page(request.headers):
            return refusal(403, "this choice can be made on the site's own notice only")
        try:
            body = await read_body(request, seconds=self.settings.body_seconds, keep=True)
        except Unreadable as unreadable:
            return refusal(unreadable.status, unreadable.message)
        return web.Response(
            status=303,
            headers={
                "Location": self._notice(_form(body, request.query), mark),
                "Cache-Control": "no-store",
            },
        )

    def _notice(self, form: Mapping[str, str], mark: Mapping[str, str]) -> str:
        """Return the notice of a site that is counted here; never an address that was sent."""
        site = self.site_for(form.get("site", ""))
        if site is None:
            return "/"
        language = form.get("lang", "")
        chosen = {"lang": language} if language in LANGUAGES else {}
        address = f"/privacy/{quote(site.host, safe='')}"
        query = urlencode({**chosen, **mark})
        return f"{address}?{query}" if query else address

    def _is_secure(self, request: web.Request) -> bool:
        return came_by_https(
            request.scheme, request.remote, request.headers, self.settings.trusted_proxies
        )


def from_our_own_page(headers: MultiMapping[str]) -> bool:
    """Tell whether a form of our own origin sent the request, as browsers tell it.

    ``Sec-Fetch-Site`` decides where it is sent, since a proxy may give us a ``Host`` of its own. A
    request with neither header comes from no browser that could be made to send it.
    """
    if (site := headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    origin = headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == headers.get("Host", "").lower() != ""
    except ValueError:
        return False


def _form(body: bytes, query: Mapping[str, str]) -> dict[str, str]:
    try:
        sent = parse_qsl(body.decode("utf-8"), max_num_fields=10)
    except ValueError:
        sent = []
    return {**query, **dict(sent)}
