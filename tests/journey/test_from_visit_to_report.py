"""A visitor reads pages, the operator sees it live and in the report, the visitor objects.

All of it in a real browser on a real server; afterwards a hundred more visits leave no trace.
"""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from oboro.catalog import Catalog
from tests.support.browser import WAIT_MS, Requests
from tests.support.command_line import Served, served
from tests.support.workspace import a_site

HOST = "city.oboro.example"
REPORT = f"/sites/{HOST}?period=today&metric=views&lang=en"
NOTICE = f"/privacy/{HOST}?lang=en"
DEMO = f"/demo/{HOST}"
QUICK = {"OBORO_TICK_SECONDS": "1", "OBORO_TICK_LIMIT_SECONDS": "1"}
"""One visitor alone: the site never gathers keys, so what it waits for is the limit of time."""
ROOT = Path(__file__).parents[2]
AFTER = 100
"""Visits after the objection."""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that knows the demonstration's site and has no figures."""
    directory = tmp_path / "data"
    directory.mkdir()
    with closing(Catalog.open(f"sqlite:///{directory / 'catalog.db'}")) as catalog:
        catalog.add_site(a_site(HOST, demonstration=True))
    return directory


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, with its own cookies."""
    context = browser.new_context(locale="en")
    context.set_default_timeout(WAIT_MS)
    yield context
    context.close()


@contextmanager
def report_of(browser: Browser, server: Served) -> Iterator[Page]:
    """Show the operators' page, in a browser of the operator's."""
    page = browser.new_page(locale="en")
    page.goto(server.url + REPORT)
    yield page
    page.close()


def read_pages(page: Page, server: Served) -> None:
    """Read three pages, the way a person does: by their links, each once the last is there.

    The menu is the same on every page: a click before the next page has come would be made on
    the page that is being left, which is then never read.
    """
    page.goto(f"{server.url}{DEMO}/")
    page.get_by_role("link", name="Waste and recycling").click()
    page.wait_for_url(re.compile("/kurashi/gomi/"), wait_until="load")
    page.get_by_role("navigation").get_by_role("link", name="News").click()
    page.wait_for_url(re.compile("/news/"), wait_until="load")
    page.wait_for_load_state("networkidle")


def headline(page: Page, metric: str) -> str:
    """Return a figure of the report, after loading it anew."""
    page.reload()
    card = page.locator(".figures li", has_text=re.compile(f"^\\s*{metric}"))
    return card.locator(".figure").inner_text() if card.count() else ""


def until(page: Page, metric: str, wanted: str) -> None:
    """Load the report until it shows *wanted*."""
    for _ in range(WAIT_MS // 250):
        if headline(page, metric) == wanted:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"the report never showed {wanted} {metric}: {headline(page, metric)}")


def test_a_visit_is_seen_live_and_then_in_the_report(
    browser: Browser, visitor: BrowserContext, data_dir: Path
) -> None:
    with served(data_dir, **QUICK) as server, report_of(browser, server) as report:
        expect(report.locator("[data-now]")).to_have_text("0")
        page = visitor.new_page()
        requests = Requests(page)

        read_pages(page, server)

        expect(report.locator("[data-now]")).to_have_text("1", timeout=WAIT_MS)
        until(report, "Views", "3")
        assert headline(report, "Visits") == "1"
        assert headline(report, "Visitor-days") == "1"
        assert report.get_by_role("link", name="/kurashi/gomi", exact=True).is_visible()
        assert requests.to("/api/hit") == 3
        assert requests.beyond(server.url) == []
        assert visitor.cookies() == []


def test_the_snippets_page_sees_the_first_hit_arrive(
    browser: Browser, visitor: BrowserContext, data_dir: Path
) -> None:
    with served(data_dir, **QUICK) as server:
        operator = browser.new_page(locale="en")
        operator.goto(f"{server.url}/sites/{HOST}/snippet")
        expect(operator.locator(".waiting")).to_be_visible()

        visitor.new_page().goto(f"{server.url}{DEMO}/")

        expect(operator.locator(".arrived")).to_be_visible(timeout=WAIT_MS)
        operator.close()


def test_the_choice_is_told_and_kept_and_taken_back(
    visitor: BrowserContext, data_dir: Path
) -> None:
    with served(data_dir, **QUICK) as server:
        page = visitor.new_page()
        page.goto(server.url + NOTICE)
        expect(page.get_by_role("status")).to_have_text("Visits with this browser are counted.")

        page.get_by_role("button", name="Do not count me (opt out)").click()
        expect(page.get_by_role("status")).to_have_text("Visits with this browser are not counted.")
        assert [(cookie["name"], cookie["value"]) for cookie in visitor.cookies()] == [
            ("oboro-optout", "1")
        ]

        page.get_by_role("button", name="Count me again").click()
        expect(page.get_by_role("status")).to_have_text("Visits with this browser are counted.")
        assert visitor.cookies() == []


def test_a_browser_that_keeps_no_cookie_is_told_so(browser: Browser, data_dir: Path) -> None:
    with served(data_dir, **QUICK) as server:
        context = browser.new_context(locale="en", java_script_enabled=False)
        page = context.new_page()
        context.route(
            "**/opt-out",
            lambda route: route.fulfill(
                status=303, headers={"Location": f"{server.url}{NOTICE}&set=1"}
            ),
        )
        page.goto(server.url + NOTICE)

        page.get_by_role("button", name="Do not count me (opt out)").click()

        expect(page.get_by_role("status")).to_have_text("Your choice could not be remembered.")
        context.close()


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_what_the_browser_says_is_respected_and_told(
    browser: Browser, data_dir: Path, header: str
) -> None:
    with served(data_dir, **QUICK) as server, report_of(browser, server) as report:
        context = browser.new_context(locale="en", extra_http_headers={header: "1"})
        page = context.new_page()
        read_pages(page, server)
        page.goto(server.url + NOTICE)

        expect(page.get_by_role("status")).to_have_text("Visits with this browser are not counted.")
        assert page.get_by_role("button").count() == 0
        report.reload()
        expect(report.locator("[data-now]")).to_have_text("0")
        context.close()


def test_after_the_objection_a_hundred_visits_leave_nothing(
    browser: Browser, visitor: BrowserContext, data_dir: Path
) -> None:
    page = visitor.new_page()
    with served(data_dir, **QUICK) as server, report_of(browser, server) as report:
        read_pages(page, server)
        until(report, "Views", "3")
        page.goto(server.url + NOTICE)
        page.get_by_role("button", name="Do not count me (opt out)").click()
        page.get_by_role("button", name="Count me again").wait_for()
        assert server.stop() == 0
    # A start and a stop by themselves mark the day; both sides of the comparison have one. What the
    # last page told as it was left comes to the store, and is summed there, at one of the starts.
    for _ in range(9):
        with served(data_dir, **QUICK) as server:
            measured_before = metrics(server)
            page.wait_for_timeout(1_000)
            assert server.stop() == 0
        said_before, kept_before = server.log.read_text(), kept(data_dir)
        if not any('INTO "batches"' in row for row in kept_before):
            break
    else:
        raise AssertionError("batches were never summed")

    with served(data_dir, **QUICK) as server:
        requests = Requests(page)
        for visit in range(AFTER):
            page.goto(f"{server.url}{DEMO}/news/{visit}/")
        page.wait_for_load_state("networkidle")
        # And once more without the tracker, which does not even send: straight to the server.
        statuses = [
            visitor.request.post(f"{server.url}/api/hit", data=hit(n)).status for n in range(AFTER)
        ]
        assert metrics(server) == measured_before
        assert server.stop() == 0

    assert requests.to("/t.js") >= 1
    assert requests.to("/api/hit") == 0
    assert set(statuses) == {202}
    assert server.log.read_text() == said_before
    assert kept(data_dir) == kept_before


def hit(number: int) -> dict[str, object]:
    """Return what the tracker would have sent."""
    return {"site": HOST, "url": f"http://{HOST}/straight/{number}/", "width": 1280}


def metrics(server: Served) -> list[str]:
    """Return what the server counts of itself."""
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sorted(line for line in lines if line.startswith("oboro_") and "_created" not in line)


def kept(data_dir: Path) -> list[str]:
    """Return every row of every table, and of every SQLite file; no server may run."""
    target = data_dir.parent / "kept"
    places = map(str, (data_dir, data_dir / "store", target))
    dump = [sys.executable, "-m", "tests.privacy.taint.dump", *places]
    subprocess.run(dump, check=True, cwd=ROOT)
    return sorted(target.read_bytes().decode(errors="backslashreplace").splitlines())
