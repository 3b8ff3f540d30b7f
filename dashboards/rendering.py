"""Turn a template and what it shows into an answer: in a language, with the pages' policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from dashboards.address import Address
from dashboards.assets import asset_path
from dashboards.language import chosen_language
from dashboards.words import words_in
from oboro.formats import Formats
from oboro.names import readable
from oboro.templates import templates_of
from oboro.wire import PAGE_POLICY
from oboro.words import LANGUAGES, Words

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    # Within the site a referrer is needed: the browser would send no origin with a form else.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie, Sec-GPC, DNT",
}


def language_of(request: web.Request) -> str:
    """Return the language to answer *request* in."""
    return chosen_language(request.query.get("lang"), request.headers.get("Accept-Language", ""))


def page(request: web.Request, template: str, status: int = 200, **shown: Any) -> web.Response:
    """Render *template* as the answer to *request*."""
    return web.Response(
        text=rendered(template, language_of(request), request.path, request.query, **shown),
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers=HEADERS,
    )


def rendered(
    template: str, language: str, path: str, query: Mapping[str, str], **shown: Any
) -> str:
    """Return *template* as HTML in *language*."""
    words = words_in(language)
    return (
        templates_of("dashboards")
        .get_template(template)
        .render(
            t=words,
            lang=language,
            languages=LANGUAGES,
            words_of=words_in,
            url=Address(path, query),
            form=Formats(words.locale),
            named=lambda topic, value: readable(topic, value, words),
            asset=asset_path,
            **shown,
        )
    )


def words_for(request: web.Request) -> Words:
    """Return the words that *request* is answered in."""
    return words_in(language_of(request))
