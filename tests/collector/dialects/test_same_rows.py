"""The same visit, through our tracker, Plausible's own and the others' requests, on a real server.

What stands at rest afterwards is compared row by row; what a product's tracker does not tell is
read from docs/dialects.md.
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hatch_build import ROOT
from oboro.catalog import Catalog
from oboro.topics import TOPICS
from tests.support.arrivals import CHROME
from tests.support.browser import ABSENT, ARGUMENTS, WAIT_MS, chromium
from tests.support.command_line import Served, call_oboro, served
from tests.support.rows_at_rest import Rows, rows_at_rest
from tests.support.workspace import a_site

pytestmark = pytest.mark.browser

PRODUCTS = ("Plausible", "Umami", "GoatCounter", "Matomo")
DECLARED = {"events": ("signup", "form"), "properties": ("plan=x",), "campaigns": ("spring",)}
QUICK = {
    "OBORO_TICK_SECONDS": "1",
    "OBORO_TICK_LIMIT_SECONDS": "1",
    # One visitor is a crowd here, so that what gathers stands at rest too.
    "OBORO_GATHERING_K": "1",
    "OBORO_GATHERING_KEYS": "1",
}
SEARCH = "https://www.google.com/"
FIRST, SECOND, THIRD = "/kurashi/gomi?utm_campaign=spring", "/news/1", "/news/2"
AWAY, FILE = "https://www.example.com/there", "/files/plan.pdf"
BODY = f"""<a id="next" href="{SECOND}">next</a>
<a id="away" href="{AWAY}" target="_blank">away</a>
<a id="file" href="{FILE}" target="_blank">file</a>
<form target="_blank" action="/sent"><button>send</button></form>
<div style="height: 4000px"></div>"""
OURS = """<script defer src="COLLECTOR/t.js" data-forms></script>
<script>window.tell = () => oboro("signup", { plan: "x" });</script>"""
PLAUSIBLE = (ROOT / "node_modules/@plausible-analytics/tracker/plausible.js").read_text("utf-8")
THEIRS = """<script type="module">
import { init, track } from "/plausible.js";
window.tell = () => track("signup", { props: { plan: "x" } });
init({
  domain: location.hostname, endpoint: "COLLECTOR/api/event", captureOnLocalhost: true,
  outboundLinks: true, fileDownloads: true, formSubmissions: true,
});
</script>"""
LINKS = ("outbound", "download")
DIALECTS = (ROOT / "docs/dialects.md").read_text("utf-8")


def untold() -> dict[str, set[str]]:
    """Return, by product, the topics that docs/dialects.md says its tracker does not tell."""
    table = DIALECTS.partition("| its tracker does not tell |")[2].partition("\n\n")[0]
    rows = (line.split("|")[1:3] for line in table.splitlines()[2:])
    return {name.strip(): set(re.findall(r"`([\w*]+)`", told)) for name, told in rows}


def site_of(product: str) -> str:
    return f"{product.lower()}.example.jp"


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run Chromium that takes every test site for this machine, and does not tell it is driven."""
    path = chromium()
    if path is None:
        pytest.skip(ABSENT)
    arguments = [
        *ARGUMENTS,
        "--host-resolver-rules=MAP *.example.jp 127.0.0.1, MAP * ~NOTFOUND",
        "--disable-blink-features=AutomationControlled",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def pages_with(head: str) -> Iterator[int]:
    """Serve the site's two pages with *head*, and nothing in all others; return the port."""
    page = f'<!doctype html><html lang="ja"><meta charset="utf-8">{head}<body>{BODY}'
    texts = {urlsplit(FIRST).path: page, SECOND: page, "/plausible.js": PLAUSIBLE}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            body = texts.get(path, "").encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def visit(browser: Browser, server: Served, product: str, head: str) -> None:
    """Come from a search, read on, do what there is to do, and move within the page."""
    host = site_of(product)
    context = browser.new_context(user_agent=CHROME, locale="ja")
    context.set_default_timeout(WAIT_MS)
    collector = f"http://{host}:{urlsplit(server.url).port}"
    with pages_with(head.replace("COLLECTOR", collector)) as port:
        page = context.new_page()
        page.goto(f"http://{host}:{port}{FIRST}", referer=SEARCH)
        page.click("#next")
        page.wait_for_url(f"**{SECOND}")
        page.evaluate("tell()")
        page.evaluate("(now => Date.now = () => now() + 15000)(Date.now)")
        for what in ("#away", "#file", "button"):
            opened(page, what)
        page.evaluate(f"history.pushState({{}}, '', '{THIRD}')")
        page.goto("about:blank")
        page.wait_for_timeout(500)
        context.close()


def opened(page: Page, what: str) -> None:
    """Click *what* and wait for the page that it opens."""
    with page.expect_popup() as popup:
        page.click(what)
    popup.value.close()


def umami(origin: str) -> Iterator[tuple[str, bytes]]:
    steps = [(FIRST, SEARCH), (SECOND, origin + FIRST), (THIRD, origin + SECOND)]
    for path, referrer in steps:
        common = {
            "website": "94db1cb1-74f4-4a40-ad6c-962362670409",
            "hostname": site_of("Umami"), "screen": "1280x720", "url": path, "referrer": referrer,
        }  # fmt: skip
        yield "/api/send", json.dumps({"type": "event", "payload": common}).encode()
        if path == SECOND:
            for name, data in (("signup", {"plan": "x"}), ("form", {})):
                told = {**common, "name": name, "data": data}
                yield "/api/send", json.dumps({"type": "event", "payload": told}).encode()


def goatcounter(_origin: str) -> Iterator[tuple[str, bytes]]:
    site = f"https://{site_of('GoatCounter')}"
    for path, referrer in ((FIRST, SEARCH), (SECOND, site), (THIRD, site)):
        page, _, query = path.partition("?")
        told = {"p": page, "r": referrer, "s": "1280,720,1", "q": query and f"?{query}", "b": "0"}
        yield f"/count?{urlencode(told)}", b""
        if path == SECOND:
            for name in ("signup", "form"):
                yield f"/count?{urlencode({'p': name, 'e': 'true', 's': '1280,720,1'})}", b""


def matomo(origin: str) -> Iterator[tuple[str, bytes]]:
    steps = [(FIRST, SEARCH), (SECOND, origin + FIRST), (THIRD, origin + SECOND)]
    for path, referrer in steps:
        common = {
            "idsite": "3", "rec": "1", "url": origin + path, "urlref": referrer, "res": "1280x720",
        }  # fmt: skip
        yield "/matomo.php", urlencode(common).encode()
        if path == SECOND:
            for more in ({"link": AWAY}, {"download": origin + FILE}):
                yield "/matomo.php", urlencode({**common, **more}).encode()
            for action in ("signup", "form"):
                told = {**common, "e_c": "site", "e_a": action}
                yield "/matomo.php", urlencode(told).encode()


def send(server: Served, product: str) -> None:
    """Send what *product*'s documentation says its tracker sends of the same visit."""
    requests = {"Umami": umami, "GoatCounter": goatcounter, "Matomo": matomo}[product]
    origin = f"http://{site_of(product)}"
    headers = {
        "User-Agent": CHROME, "Accept-Language": "ja", "Content-Type": "text/plain",
        "Referer": f"{origin}/",
    }  # fmt: skip
    for path, body in requests(origin):
        request = urllib.request.Request(server.url + path, body, headers, method="POST")
        with urllib.request.urlopen(request) as answer:
            assert answer.status in (200, 202, 204)


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """Return the rows of each site, after one visit to each and the server's stop."""
    data_dir: Path = tmp_path_factory.mktemp("rows") / "data"
    data_dir.mkdir()
    with closing(Catalog.open(f"sqlite:///{data_dir / 'catalog.db'}")) as catalog:
        for product in ("Ours", *PRODUCTS):
            catalog.add_site(a_site(site_of(product), **declared(product)))
    with served(data_dir, **QUICK) as server:
        with browsing() as browser:
            visit(browser, server, "Ours", OURS)
            visit(browser, server, "Plausible", THEIRS)
        for product in PRODUCTS[1:]:
            send(server, product)
        assert server.stop() == 0
    # What a stop writes of visits that it ends is delivered after the next start.
    with served(data_dir, **QUICK) as server:
        wait_for_exits(data_dir)
        assert server.stop() == 0
    return rows_at_rest(data_dir)


def wait_for_exits(data_dir: Path) -> None:
    """Wait until the ends of all visits are in the store."""
    asked = ("--metrics", "visits", "--by", "exit", "--json")
    waiting = {site_of(product) for product in ("Ours", *PRODUCTS)}
    for _ in range(60):
        waiting = {
            host
            for host in waiting
            if not call_oboro("report", "--site", host, *asked, data_dir=data_dir).document["rows"]
        }
        if not waiting:
            return
        time.sleep(0.5)
    raise AssertionError(f"the ends of visits to {sorted(waiting)} were never delivered")


def declared(product: str) -> dict[str, object]:
    """Return what the site of *product* declares: Matomo's events have a category."""
    if product == "Matomo":
        return {**DECLARED, "events": ("site: signup", "site: form")}
    return dict(DECLARED)


def comparable(rows: Rows, leaving_out: set[str]) -> Rows:
    """Return *rows* over all hours, and of events without Matomo's category.

    The topics *leaving_out* are left out, and so are their events in the total.
    """
    found: Rows = {}
    for (topic, value, value2), counts in rows.items():
        if not leaving_out & {topic, *topic.split("*")}:
            key = (topic, "" if topic == "hour" else value.removeprefix("site: "), value2)
            before = found.get(key, (0,) * len(counts))
            found[key] = tuple(a + b for a, b in zip(before, counts, strict=True))
    links = [(topic, counts[3]) for (topic, _, _), counts in rows.items() if topic in LINKS]
    views, visits, visitors, events = found["total", "", ""]
    events -= sum(count for topic, count in links if topic in leaving_out)
    return {**found, ("total", "", ""): (views, visits, visitors, events)}


def test_our_tracker_leaves_every_kind_of_row(at_rest: dict[str, Rows]) -> None:
    ours = at_rest[site_of("Ours")]

    assert ours["total", "", ""] == (3, 1, 1, 4)
    assert ours["outbound", "example.com", ""][3] == 1
    assert ours["download", FILE, ""][3] == 1
    assert ours["event", "form", ""][3] == 1
    assert ours["property", "plan=x", ""][3] == 1
    assert ours["exit", THIRD, ""][1] == 1
    missing = {topic for topic in TOPICS if topic not in {key[0] for key in ours}}
    assert missing == {"region", "network", "goal", "funnel_step", "not_found", "search"}


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_same_visit_leaves_the_same_rows(at_rest: dict[str, Rows], product: str) -> None:
    ours, theirs = at_rest[site_of("Ours")], at_rest[site_of(product)]
    differing = untold()[product]

    assert comparable(theirs, differing) == comparable(ours, differing)
    assert len(comparable(theirs, differing)) > 20


@pytest.mark.parametrize("product", PRODUCTS)
def test_no_topic_is_said_to_differ_that_does_not(at_rest: dict[str, Rows], product: str) -> None:
    ours, theirs = at_rest[site_of("Ours")], at_rest[site_of(product)]

    for topic in untold()[product]:
        others = untold()[product] - {topic}
        assert comparable(theirs, others) != comparable(ours, others), topic
