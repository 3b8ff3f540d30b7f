"""Each feature of the tracker in a real browser, before a collector that remembers what arrives."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser

from collector.admission.prefetch import is_prefetch
from collector.arrival import Arrival
from collector.kind import Kind
from oboro.tracker import built_script, pinned
from tests.support.browser import WAIT_MS, launched_beside, running_alone
from tests.support.counted import counted
from tests.support.edge import an_edge
from tests.support.tracked_pages import POLICY, Visited, visiting
from tests.support.workspace import a_site

pytestmark = pytest.mark.browser

SITE = a_site(aliases=("127.0.0.1",))
SCRIPT = '<script defer src="/t.js"></script>'
TALL = '<div style="height: 4000px"></div>'
STUB = "<script>oboro = (...each) => (oboro.q = oboro.q || []).push(each)</script>"


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with launched_beside() as browser:
        yield browser


def seen(arrivals: list[Arrival]) -> list[str]:
    """Return the paths of the views among *arrivals*."""
    return [re.sub("https?://[^/]*", "", each.url) for each in arrivals if each.kind is Kind.VIEW]


def happened(arrivals: list[Arrival]) -> list[tuple[Kind, str]]:
    """Return what else there is among *arrivals* but engagements, and with what."""
    return [
        (each.kind, each.name or each.target)
        for each in arrivals
        if each.kind not in (Kind.VIEW, Kind.ENGAGEMENT)
    ]


async def stay(visited: Visited, seconds: float) -> None:
    """Let the page believe that *seconds* pass."""
    await visited.page.evaluate(
        "(passed) => { const now = Date.now; Date.now = () => now() + passed * 1000; }", seconds
    )


async def leave(visited: Visited) -> None:
    """Go to a page that is not counted."""
    await visited.page.goto("about:blank")


async def test_one_snippet_without_any_attribute_counts_a_view(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT) as visited:
        await visited.open("/page/a?b=1#c", referrer="https://www.google.com/search?q=geheim")
        (view,) = await visited.until(1)

        assert (view.site, view.url) == ("127.0.0.1", f"{visited.url}/page/a?b=1")
        assert (view.referrer, view.width) == ("https://www.google.com", 1280)


async def test_the_same_line_counts_every_site_of_an_organisation() -> None:
    async def page(request: web.Request) -> web.Response:
        script = f"//stat.example.jp:{request.url.port}/t.js"
        text = f'<!doctype html><html lang="ja"><script defer src="{script}"></script>'
        policy = {"Content-Security-Policy": "default-src *"}
        return web.Response(text=text, content_type="text/html", headers=policy)

    hosts = ("www.city.example.jp", "toshokan.example.jp")
    async with (
        launched_beside("--host-resolver-rules=MAP *.example.jp 127.0.0.1") as browser,
        an_edge(site=a_site(hosts[0], aliases=hosts[1:]), more=[web.get("/page", page)]) as edge,
    ):
        shown = await browser.new_page()
        for host in hosts:
            await shown.goto(f"http://{host}:{edge.port}/page")
            async with asyncio.timeout(WAIT_MS / 1000):
                while not any(each.site == host for each in edge.ingest.taken):
                    await asyncio.sleep(0.05)

        views = [each for each in edge.ingest.taken if each.kind is Kind.VIEW]
        assert [(each.site, each.url) for each in views] == [
            (host, f"http://{host}:{edge.port}/page") for host in hosts
        ]


async def test_a_folder_is_no_part_of_its_pages_names(browser: Browser) -> None:
    head = '<script defer src="/t.js" data-root="/page/folder"></script>'
    async with visiting(browser, SITE, head=head) as visited:
        await visited.open("/page/folder/kurashi/")

        assert seen(await visited.until(1)) == ["/kurashi/"]


async def test_an_application_that_changes_its_address_shows_pages(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT) as visited:
        await visited.open("/page/a")
        for step in (
            "history.pushState({}, '', '/page/b')",
            "history.replaceState({}, '', '/page/c')",
            "history.pushState({}, '', '/page/c?d=1')",
            "history.pushState({}, '', '/page/c#e')",
            "history.go(-2)",
        ):
            await visited.page.evaluate(step)
            await visited.page.wait_for_timeout(50)
        await visited.page.go_back()

        arrivals = await visited.until(6)
        assert seen(arrivals)[:4] == ["/page/a", "/page/b", "/page/c", "/page/a"]


async def test_an_application_may_tell_its_pages_apart_by_the_fragment(browser: Browser) -> None:
    head = '<script defer src="/t.js" data-hash></script>'
    async with visiting(browser, SITE, head=head) as visited:
        await visited.open("/page/app?x=1#/news/7")
        await visited.page.evaluate("location.hash = '#!/about'")
        await visited.page.evaluate("location.hash = '#!/about'")
        await visited.page.go_back()

        arrivals = await visited.until(3)
        assert seen(arrivals) == ["/page/app/news/7", "/page/app/about", "/page/app/news/7"]


async def test_a_page_out_of_the_browsers_memory_is_seen_again() -> None:
    async with (
        launched_beside(without="--disable-back-forward-cache") as browser,
        visiting(browser, SITE, head=SCRIPT, body=TALL) as visited,
    ):
        await visited.open("/page/a")
        await visited.page.evaluate("window.remembered = true")
        await visited.page.evaluate("scrollTo(0, 1400)")
        await visited.page.wait_for_timeout(200)
        await stay(visited, 30)
        await visited.open("/page/b")
        await visited.page.go_back(wait_until="commit")
        assert await visited.page.evaluate("window.remembered"), "the page was loaded anew"
        await visited.until(5)
        await stay(visited, 5)
        await leave(visited)

        arrivals = await visited.until(6)
        assert seen(arrivals) == ["/page/a", "/page/b", "/page/a"]
        told = [each.engaged for each in arrivals if each.url == f"{visited.url}/page/a"][1::2]
        # The thirty seconds were told when the page was left, and not once more.
        assert len(told) == 2
        assert 30 <= told[0] < 45
        assert 5 <= told[1] < 20


PREPARING = """<!doctype html><html lang="ja"><title>A page</title>
<script defer src="/t.js"></script><link rel="icon" href="data:,">
<a id="next" href="/page/next">next</a>
<script>
addEventListener("load", () => oboro("ready"));
if (document.prerendering) addEventListener("load", () => fetch("/runs-ahead"));
else {
  const rules = { prerender: [{ urls: ["/page/next"], eagerness: "immediate" }] };
  const script = Object.assign(document.createElement("script"), { type: "speculationrules" });
  script.textContent = JSON.stringify(rules);
  document.head.append(script);
  fetch("/go").then(() => document.getElementById("next").click());
}
</script>"""


async def test_a_page_that_is_prepared_ahead_is_seen_once_it_is_shown() -> None:
    """Chromium runs here by itself: it prepares no page that it is driven through."""
    asked: list[str] = []
    runs_ahead, go = asyncio.Event(), asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=PREPARING, content_type="text/html", headers=POLICY)

    async def told(_request: web.Request) -> web.Response:
        runs_ahead.set()
        return web.Response()

    async def waiting(_request: web.Request) -> web.Response:
        await go.wait()
        return web.Response()

    more = [web.get("/page/{name}", page), web.get("/runs-ahead", told), web.get("/go", waiting)]
    async with (
        an_edge(site=SITE, more=more) as edge,
        running_alone(f"http://127.0.0.1:{edge.port}/page/a"),
        asyncio.timeout(WAIT_MS / 1000),
    ):
        await runs_ahead.wait()
        await asyncio.sleep(0.5)
        assert seen(edge.ingest.taken) == ["/page/a"]

        go.set()
        while len(happened(edge.ingest.taken)) < 2:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        assert seen(edge.ingest.taken) == ["/page/a", "/page/next"]
        assert happened(edge.ingest.taken) == [(Kind.EVENT, "ready")] * 2
        assert asked == ["/page/a", "/page/next"], "the browser threw away what it had prepared"
        # What is sent while a page is prepared says so, and is refused.
        assert all(is_prefetch(each, SITE) is None for each in edge.ingest.taken)


async def test_how_long_and_how_far_a_page_is_read_is_told_when_it_is_left(
    browser: Browser,
) -> None:
    async with visiting(browser, SITE, head=SCRIPT, body=TALL) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.evaluate("scrollTo(0, 1400)")
        await visited.page.wait_for_timeout(200)
        await stay(visited, 42)
        await visited.page.evaluate("history.pushState({}, '', '/page/b')")
        await visited.until(3)
        await stay(visited, 7)
        await leave(visited)

        first, told, _, again = await visited.until(4)
        assert (first.kind, told.kind, again.kind) == (Kind.VIEW, *[Kind.ENGAGEMENT] * 2)
        assert (told.url, again.url) == (f"{visited.url}/page/a", f"{visited.url}/page/b")
        assert 42 <= told.engaged <= 50
        assert 50 <= told.scroll <= 60
        assert 7 <= again.engaged <= 15


@pytest.mark.parametrize(
    "turned_away",
    [
        "document.hasFocus = () => false; dispatchEvent(new Event('blur'))",
        "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'});"
        "document.dispatchEvent(new Event('visibilitychange'))",
    ],
    ids=["another window has the focus", "another tab is in front"],
)
async def test_a_page_that_nobody_looks_at_is_not_being_read(
    browser: Browser, turned_away: str
) -> None:
    async with visiting(browser, SITE, head=SCRIPT, body=TALL) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.evaluate(turned_away)
        await stay(visited, 600)
        await leave(visited)

        (_, told) = await visited.until(2)
        assert told.engaged < 300


LINKS = """
<a id="out" href="https://www.example.com/there?who=taro" target="_blank">out</a>
<a id="in" href="/page/b">in</a>
<a id="file" href="/files/Plan.PDF?v=2" target="_blank"><b>file</b></a>
<a id="kept" href="/files/plan" download>kept</a>
<a id="mail" href="mailto:taro@example.jp">mail</a>
<a id="drawing" href="/files/plan.dwg" target="_blank">drawing</a>
"""


@pytest.mark.parametrize(
    ("link", "button", "expected"),
    [
        ("#out", "left", (Kind.OUTBOUND, "https://www.example.com/there?who=taro")),
        ("#out", "middle", (Kind.OUTBOUND, "https://www.example.com/there?who=taro")),
        ("#out", "right", None),
        ("#in", "left", None),
        ("#file b", "left", (Kind.DOWNLOAD, "/files/Plan.PDF?v=2")),
        ("#kept", "left", (Kind.DOWNLOAD, "/files/plan")),
        ("#drawing", "left", None),
        ("#mail", "right", None),
    ],
)
async def test_links_that_lead_away_and_files_are_told(
    browser: Browser, link: str, button: Any, expected: tuple[Kind, str] | None
) -> None:
    async with visiting(browser, SITE, head=SCRIPT, body=LINKS) as visited:
        await visited.page.context.route("https://www.example.com/**", lambda route: route.abort())
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.click(link, button=button)

        found = happened(await visited.until(2 if expected else 1))
        wanted = [(expected[0], expected[1])] if expected else []
        assert [(kind, what.removeprefix(visited.url)) for kind, what in found] == wanted


async def test_which_endings_are_files_can_be_said(browser: Browser) -> None:
    head = '<script defer src="/t.js" data-downloads="dwg|dxf"></script>'
    async with visiting(browser, SITE, head=head, body=LINKS) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.click("#file", button="middle")
        await visited.page.click("#drawing", button="middle")

        assert happened(await visited.until(2)) == [
            (Kind.DOWNLOAD, f"{visited.url}/files/plan.dwg")
        ]


async def test_a_page_for_addresses_that_lead_nowhere_is_no_view(browser: Browser) -> None:
    head = '<script defer src="/t.js" data-missing></script>'
    async with visiting(browser, SITE, head=head) as visited:
        await visited.open("/page/gone")
        await visited.until(1)
        await visited.page.evaluate("history.pushState({}, '', '/page/b')")

        arrivals = [each for each in await visited.until(3) if each.kind is not Kind.ENGAGEMENT]
        assert [(each.kind, each.url) for each in arrivals] == [
            (Kind.NOT_FOUND, f"{visited.url}/page/gone"),
            (Kind.VIEW, f"{visited.url}/page/b"),
        ]


FORMS = """
<form id="named" data-oboro="contact" data-oboro-kind="short" action="/page/sent"><button></button>
<input name="mail" value="taro@example.jp"></form>
<form id="plain" action="/page/sent"><button></button></form>
"""


@pytest.mark.parametrize(
    ("head", "form", "expected"),
    [
        (SCRIPT, "#named", ("contact", {"kind": "short"})),
        (SCRIPT, "#plain", None),
        ('<script defer src="/t.js" data-forms></script>', "#plain", ("form", {})),
    ],
)
async def test_forms_that_are_sent_are_told_without_what_is_in_them(
    browser: Browser, head: str, form: str, expected: tuple[str, dict[str, str]] | None
) -> None:
    async with visiting(browser, SITE, head=head, body=FORMS) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.click(f"{form} button")
        await visited.page.wait_for_url("**/page/sent?*" if form == "#named" else "**/page/sent*")

        found = [each for each in await visited.until(3) if each.kind is Kind.EVENT]
        assert [(each.name, dict(each.props)) for each in found] == ([expected] if expected else [])


async def test_an_element_with_a_name_is_an_event_when_it_is_clicked(browser: Browser) -> None:
    body = """<button data-oboro="signup" data-oboro-plan="free"><i>here</i></button>
    <a data-oboro="call" href="https://www.example.com/" target="_blank">there</a>"""
    async with visiting(browser, SITE, head=SCRIPT, body=body) as visited:
        await visited.page.context.route("https://www.example.com/**", lambda route: route.abort())
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.click("i")
        await visited.page.click("a")

        found = [each for each in await visited.until(3) if each.kind is Kind.EVENT]
        assert [(each.name, dict(each.props)) for each in found] == [
            ("signup", {"plan": "free"}),
            ("call", {}),
        ]
        assert not [each for each in visited.taken if each.kind is Kind.OUTBOUND]


async def test_a_page_tells_events_with_properties_and_searches(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.evaluate("oboro('signup', { plan: 'x', paid: true })")
        await visited.page.evaluate("oboro({ search: 'ごみ' })")
        await visited.page.evaluate("oboro('')")

        _, event, search = await visited.until(3)
        assert (event.kind, event.name, event.props) == (
            Kind.EVENT, "signup", {"plan": "x", "paid": True},
        )  # fmt: skip
        assert (search.kind, search.search) == (Kind.VIEW, "ごみ")


async def test_a_search_is_read_from_the_address_of_the_page_that_answers_it(
    browser: Browser,
) -> None:
    site = a_site(aliases=("127.0.0.1",), search_keys=("q",))
    async with visiting(browser, site, head=SCRIPT) as visited:
        await visited.open("/page/search?q=ごみ&page=2")

        assert counted(await visited.until(1), site)["search", "ごみ"] == (1, 1, 1, 0)


async def test_what_is_told_before_the_script_is_there_waits_for_it(browser: Browser) -> None:
    head = f"{STUB}<script>oboro('early', {{ plan: 'x' }}); oboro('next')</script>{SCRIPT}"
    async with visiting(browser, SITE, head=head) as visited:
        await visited.open("/page/a")

        view, *events = await visited.until(3)
        assert (view.kind, [each.name for each in events]) == (Kind.VIEW, ["early", "next"])
        assert events[0].props == {"plan": "x"}


async def test_a_script_that_is_included_twice_counts_once(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT * 2) as visited:
        await visited.open("/page/a")

        assert len(await visited.until(1)) == 1


OBJECTIONS = {
    "a cookie": "document.cookie = 'oboro-optout=1'",
    "Global Privacy Control": "Navigator.prototype.globalPrivacyControl = true",
    "Do Not Track": "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})",
}


@pytest.mark.parametrize("objection", OBJECTIONS)
async def test_for_somebody_who_objects_nothing_at_all_is_sent(
    browser: Browser, objection: str
) -> None:
    async with visiting(browser, SITE, head=STUB + SCRIPT, body=LINKS + TALL) as visited:
        await visited.page.add_init_script(OBJECTIONS[objection])
        await visited.open("/page/a")
        await visited.page.evaluate("oboro('signup')")
        await visited.page.evaluate("history.pushState({}, '', '/page/b')")
        await visited.page.click("#file", button="middle")
        await stay(visited, 100)
        await visited.open("/page/c")

        await visited.until(0)
        assert "/t.js" in visited.asked
        assert not [path for path in visited.asked if path.startswith("/api")]
        assert visited.edge.ingest.untouched


async def test_an_objection_holds_from_the_moment_it_is_made(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT, body=TALL) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.evaluate("document.cookie = '__Host-oboro-optout=1; Secure; path=/'")
        assert "oboro-optout" in await visited.page.evaluate("document.cookie")
        await stay(visited, 60)
        await visited.page.evaluate("oboro('signup')")
        await leave(visited)

        assert len(await visited.until(1)) == 1
        assert visited.asked.count("/api/hit") == 1


async def test_nothing_is_kept_in_the_browser(browser: Browser) -> None:
    async with visiting(browser, SITE, head=SCRIPT) as visited:
        await visited.open("/page/a")
        await visited.until(1)

        assert await visited.page.context.cookies() == []
        assert await visited.page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert await visited.page.evaluate("indexedDB.databases()") == []


async def test_a_pinned_script_runs_and_a_changed_one_does_not(browser: Browser) -> None:
    name, integrity = pinned(built_script())
    for checksum, expected in ((integrity, 1), (pinned(b"another").integrity, 0)):
        head = (
            f'<script defer src="/{name}" integrity="{checksum}" crossorigin="anonymous"></script>'
        )
        async with visiting(browser, SITE, head=head) as visited:
            await visited.open("/page/a")
            assert len(await visited.until(expected)) == expected


async def test_the_smallest_script_tells_views_and_events_and_nothing_else(
    browser: Browser,
) -> None:
    head = '<script defer src="/t.core.js"></script>'
    async with visiting(browser, SITE, head=head, body=LINKS + TALL) as visited:
        await visited.open("/page/a")
        await visited.until(1)
        await visited.page.click("#file", button="middle")
        await visited.page.evaluate("oboro('signup', { plan: 'x' })")
        await stay(visited, 50)
        await visited.page.evaluate("history.pushState({}, '', '/page/b')")

        assert [each.kind for each in await visited.until(3)] == [
            Kind.VIEW, Kind.EVENT, Kind.VIEW
        ]  # fmt: skip


async def test_the_module_does_what_the_script_does(browser: Browser) -> None:
    head = """<script type="module">
    import { event, start, tell } from "/t.mjs";
    event("too early");
    start({ collector: "/api/hit", site: "example.jp" });
    start({ collector: "/api/hit", site: "example.jp" });
    event("signup", { plan: "x" });
    tell({ search: "ごみ" });
    </script>"""
    async with visiting(browser, SITE, head=head) as visited:
        await visited.open("/page/a")

        view, event, search = await visited.until(3)
        assert (view.site, view.kind, event.name) == ("example.jp", Kind.VIEW, "signup")
        assert (event.props, search.search) == ({"plan": "x"}, "ごみ")


async def test_a_browser_without_scripts_loads_the_point(browser: Browser) -> None:
    body = (
        '<noscript><img src="/pixel.gif?site=example.jp&amp;url=/page/a" alt="" width="1" '
        'height="1"></noscript>'
    )
    for runs, expected in ((False, "/page/a"), (True, None)):
        head = SCRIPT if runs else ""
        async with visiting(browser, SITE, head=head, body=body, scripts=runs) as visited:
            await visited.open("/page/a")
            (view,) = await visited.until(1)
            assert view.url == (expected or f"{visited.url}/page/a")
