"""Plausible's own tracker, as npm has it, in a real browser: its visit is counted like ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from hatch_build import ROOT
from tests.support.browser import launched_beside
from tests.support.counted import Sums, counted, without
from tests.support.tracked_pages import visiting
from tests.support.workspace import a_site

SITE = a_site(events=("signup",), campaigns=("spring",))
SEARCH = "https://www.google.com/"
PLAUSIBLE = ROOT / "node_modules/@plausible-analytics/tracker/plausible.js"
THEIRS = """<script type="module">
import { init, track } from "/plausible.js";
window.tell = () => track("signup", { props: { plan: "x" } });
init({ domain: "example.jp", endpoint: location.origin + "/api/event", captureOnLocalhost: true });
</script>"""
OURS = """<script defer src="/t.js" data-site="example.jp"></script>
<script>window.tell = () => oboro("signup", { plan: "x" });</script>"""
LINK = '<a id="next" href="/page/news/1">next</a>'


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium that does not tell pages it is driven: their tracker would stay silent."""
    async with launched_beside("--disable-blink-features=AutomationControlled") as browser:
        yield browser


async def visit(browser: Browser, head: str) -> Sums:
    """Come from a search, read on, tell an event, and move within the page; return the facts."""
    served = {"/plausible.js": ("text/javascript", PLAUSIBLE.read_text(encoding="utf-8"))}
    async with visiting(browser, SITE, head=head, body=LINK, served=served) as visited:
        await visited.open("/page/kurashi/gomi.html?utm_campaign=spring", referrer=SEARCH)
        await visited.until(1)
        await visited.page.click("#next")
        await visited.until(2)
        await visited.page.evaluate("tell()")
        await visited.page.evaluate("history.pushState({}, '', '/page/news/2')")
        return counted(await visited.until(4), SITE)


@pytest.mark.browser
async def test_a_visit_through_plausibles_own_tracker_leaves_the_same_facts(
    browser: Browser,
) -> None:
    ours, theirs = await visit(browser, OURS), await visit(browser, THEIRS)

    # Their tracker does not tell how wide the window is; how long a page was in view differs by
    # the moment that each begins to look.
    differing = ("screen", "time", "scroll")
    assert without(theirs, *differing) == without(ours, *differing)
    assert ours["total", ""] == (3, 1, 1, 1)
    assert ours["event", "signup"] == (0, 1, 1, 1)
    assert ours["source", "Google"] == (3, 1, 1, 0)
    assert ours["page", "/page/news/2"] == (1, 1, 1, 0)


@pytest.mark.browser
async def test_plausibles_own_tracker_is_answered_as_it_expects(browser: Browser) -> None:
    served = {"/plausible.js": ("text/javascript", PLAUSIBLE.read_text(encoding="utf-8"))}
    async with visiting(browser, SITE, head=THEIRS, served=served) as visited:
        await visited.open("/page/")
        await visited.until(1)

        told = await visited.page.evaluate(
            "new Promise((told) => plausible('signup', { callback: told }))"
        )

        assert told == {"status": 202}


@pytest.mark.browser
@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
async def test_whoever_objects_is_not_counted_through_another_tracker_either(
    browser: Browser, header: str
) -> None:
    served = {"/plausible.js": ("text/javascript", PLAUSIBLE.read_text(encoding="utf-8"))}
    async with visiting(
        browser, SITE, head=THEIRS, served=served, headers={header: "1"}
    ) as visited:
        await visited.open("/page/")
        told = await visited.page.evaluate(
            "new Promise((told) => plausible('signup', { callback: told }))"
        )

        assert told == {"status": 202}
        assert visited.edge.ingest.untouched
        assert visited.edge.ingest.waited >= 1
