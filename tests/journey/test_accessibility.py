"""Every page passes axe's rules for WCAG 2 AA in both colour schemes, and works by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journey.conftest import HOST
from tests.support.browser import Requests
from tests.support.command_line import Served
from tests.support.town_publications import months

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[str, Any] = {
    "light": {"runOnly": LEVELS},
    # The page is the same one in other colours.
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
STACKED = "".join(map(chr, (*range(0x300, 0x310), *range(0x316, 0x327)))) * 4
"""Marks above and below one letter."""
LATEST = list(months(3))[-1]
PAGES = [
    "/",
    f"/sites/{HOST}",
    f"/sites/{HOST}?focus=page:/&sources=channel",
    f"/sites/{HOST}?all=page&period=today",
    f"/sites/{HOST}/snippet",
    f"/privacy/{HOST}",
    f"/privacy/{HOST}?set=1",
    f"/demo/{HOST}/kurashi/",
    "/nothing/here",
    "/public/",
    f"/public/{HOST}/ja/",
    f"/public/{HOST}/{LATEST}/index.html",
    f"/public/{HOST}/{LATEST}/ja/",
    f"/public/{HOST}/{LATEST}/ja/pages.html",
]


def opened(browser: Browser, url: str, *, width: int = 1280, scheme: Any = "light") -> Page:
    """Return the page at *url*, every part of it unfolded."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="ja"
    )
    page.goto(url)
    return page


def unfold(page: Page) -> None:
    """Open every part that can be opened, but for the menus that lie over others."""
    page.evaluate(
        "document.querySelectorAll('details:not(.custom, .switch)').forEach(d => d.open = true)"
    )


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; make setup installs it")
@pytest.mark.parametrize("scheme", RULES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: Browser, full: Served, path: str, scheme: str) -> None:
    page = opened(browser, full.url + path, scheme=scheme)
    unfold(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))

    found = page.evaluate("rules => axe.run(rules)", RULES[scheme])
    page.close()

    assert found["passes"]
    assert [
        (violation["id"], node["html"], node["any"][:1])
        for violation in found["violations"]
        for node in violation["nodes"]
    ] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_scrolls_sideways(browser: Browser, full: Served, path: str, width: int) -> None:
    page = opened(browser, full.url + path, width=width)
    unfold(page)

    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    page.close()

    assert over == 0


@pytest.mark.parametrize("width", [390, 1440])
def test_marks_that_a_visitor_stacked_cover_no_other_row(
    browser: Browser, full: Served, width: int
) -> None:
    page = opened(browser, f"{full.url}/sites/{HOST}", width=width)
    rows = page.locator("#pages tbody tr")
    card = page.locator("#pages")

    def beside() -> list[bytes]:
        return [rows.nth(number).screenshot() for number in (0, 2)]

    before, broad = beside(), card.evaluate("card => card.scrollWidth")
    rows.nth(1).locator("th a").evaluate(
        "(link, marks) => link.textContent = '/a' + marks", STACKED
    )
    after, broad_after = beside(), card.evaluate("card => card.scrollWidth")
    page.close()

    assert after == before
    assert broad_after == broad


def test_nothing_is_asked_of_another_host(browser: Browser, full: Served) -> None:
    page = browser.new_page()
    requests = Requests(page)

    for path in PAGES:
        page.goto(full.url + path, wait_until="networkidle")
    page.close()

    assert len(requests.addresses) > 2 * len(PAGES)
    assert requests.beyond(full.url) == []


def test_the_operators_page_works_by_keyboard_alone(browser: Browser, full: Served) -> None:
    page = opened(browser, f"{full.url}/sites/{HOST}?lang=en")

    page.keyboard.press("Tab")
    assert focused(page)["text"] == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

    seen = [focused(page)]
    while seen[-1]["inside"] and len(seen) < 200:
        page.keyboard.press("Tab")
        seen.append(focused(page))
    stops = page.evaluate(
        "[...document.querySelectorAll('main :is(a, summary, button, input, [tabindex=\"0\"])')]"
        ".filter(e => e.checkVisibility() && !e.closest('details:not([open]) > :not(summary)'))"
        ".length"
    )
    within = [stop for stop in seen if stop["inside"]]
    assert len(within) == stops > 20
    assert [stop["text"] for stop in within if not stop["outlined"]] == []

    row = next(n for n, stop in enumerate(within) if stop["text"] == "/kurashi/gomi/")
    for _ in range(len(seen) - 1 - row):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**focus=page:/kurashi/gomi/**")
    assert page.get_by_text("Remove the focus").first.is_visible()
    page.close()


def test_a_report_is_whole_without_a_script(browser: Browser, full: Served) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(f"{full.url}/sites/{HOST}")

    page.get_by_role("link", name="7 days").click()
    page.get_by_role("link", name="Channel").click()
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_text("Show the figures as a table").first.click()

    assert "period=7d" in page.url
    assert "focus=channel:search" in page.url
    assert page.get_by_role("table").first.is_visible()
    page.get_by_text("Custom").click()
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To").fill("2026-01-31")
    page.get_by_role("button", name="Show").click()
    assert "from=2026-01-01&to=2026-01-31" in page.url
    context.close()


def focused(page: Page) -> dict[str, Any]:
    """Return what has the keyboard's attention, and whether that can be seen."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const element = document.activeElement;
          const style = getComputedStyle(element);
          return {
            text: element.textContent.trim(),
            inside: element.closest("main") !== null,
            outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
          };
        }"""
    )
    return found
