"""Answer people whose request cannot be answered with a page in both languages."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from dashboards.rendering import page
from oboro.journal import log_unexpected

KINDS = {
    400: "unreadable",
    403: "refused",
    404: "missing",
    405: "missing",
    413: "unreadable",
    421: "other_name",
}
"""Which words go with a status; any other one is a failure of ours."""


@web.middleware
async def problem_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show a page where a browser asked for one; programs keep the plain answer."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400 or not _wants_page(request):
            raise
        # As in `oboro.wire.plain_errors`, which sees none of these.
        answer.__traceback__ = None
        return _problem(request, answer)
    except Exception as error:
        if not _wants_page(request):
            raise
        log_unexpected("a page", error)
        return page(request, "problem.html", status=500, kind="failed")


def _problem(request: web.Request, answer: web.HTTPException) -> web.Response:
    kind = KINDS.get(answer.status, "unreadable" if answer.status < 500 else "failed")
    response = page(request, "problem.html", status=answer.status, kind=kind)
    if allowed := answer.headers.get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _wants_page(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")
