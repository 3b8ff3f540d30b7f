"""Take pictures of every page, in two widths, both schemes and both languages.

``python -m tools.screenshots [FOLDER]`` serves a full demonstration of its own and writes the
pictures to FOLDER, a new one outside the tree by default; ``--readme`` makes the README's too.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import urllib.request
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from oboro.public_list import PUBLICATIONS
from tests.support.browser import launched
from tests.support.command_line import call_oboro, served
from tests.support.published import lay_out
from tests.support.town_publications import months

ROOT = Path(__file__).parents[1]
README_PICTURE = ROOT / "docs/images/operators.png"
SITE = "/sites/city.oboro.example"
PUBLISHED = months(14, label="demonstration")
"""Made up apart from the demonstration's own days: the pictures show a year of publications."""
LATEST = list(PUBLISHED)[-1]
PAGES = {
    "first": "/",
    "report": SITE,
    "report-today": f"{SITE}?period=today",
    "report-year": f"{SITE}?period=13mo&metric=views",
    "report-focus": f"{SITE}?focus=page:/kurashi/gomi&period=90d",
    "report-opened": f"{SITE}?all=page&period=13mo",
    "report-nothing": f"{SITE}?from=2020-01-01&to=2020-01-31",
    "report-small": "/sites/toshokan.oboro.example",
    "report-new": "/sites/new.example.jp",
    "snippet": "/sites/new.example.jp/snippet",
    "notice": "/privacy/city.oboro.example",
    "demo": "/demo/city.oboro.example/",
    "problem": "/no/such/page",
    "public": "/public/",
    "public-archive": "/public/city.oboro.example/",
    "public-choice": f"/public/city.oboro.example/{LATEST}/index.html",
    "public-publication": f"/public/city.oboro.example/{LATEST}/",
    "public-pages": f"/public/city.oboro.example/{LATEST}/en/pages.html",
}
WIDTHS = {1440: 900, 390: 844}


def main(folder: Path, readme: bool) -> None:
    """Serve a demonstration in a scratch directory and look at every page of it."""
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = Path(scratch) / "data"
        call_oboro("site", "add", "new.example.jp", "--timezone", "Asia/Tokyo", data_dir=data_dir)
        lay_out(data_dir / PUBLICATIONS, PUBLISHED)
        with served(data_dir, OBORO_DEMO="true") as server, launched() as browser:
            wait_until_full(server.url)
            if readme:
                picture_for_readme(browser, server.url)
            for width, scheme, language in product(WIDTHS, ("light", "dark"), ("ja", "en")):
                take(browser, server.url, folder, width, scheme, language)
    sys.stdout.write(f"The pictures are in {folder}\n")


def wait_until_full(url: str) -> None:
    """Return when the demonstration is there."""
    for _ in range(600):
        with urllib.request.urlopen(f"{url}/importing.json") as answer:
            if json.load(answer)["importing"] is None:
                return
        time.sleep(0.5)
    raise SystemExit("the demonstration did not become full within five minutes")


def take(browser: Browser, url: str, folder: Path, width: int, scheme: Any, language: str) -> None:
    """Write one picture of each page."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, locale=language
    )
    page = context.new_page()
    for name, path in PAGES.items():
        page.goto(url + path)
        page.screenshot(path=folder / f"{name}-{width}-{scheme}-{language}.png", full_page=True)
    context.close()


def picture_for_readme(browser: Browser, url: str) -> None:
    """Write the picture that the README shows: the upper part of the report."""
    for width in (390, 820, 1280, 1440):
        # A visitor of each, so that the live figure has something to show.
        visitor = browser.new_page(viewport={"width": width, "height": 900})
        visitor.goto(f"{url}/demo/city.oboro.example/")
        visitor.goto(f"{url}/demo/city.oboro.example/kurashi/gomi/", wait_until="networkidle")
        visitor.close()
    page = browser.new_page(viewport={"width": 1280, "height": 1080}, locale="en")
    page.goto(url + SITE)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=README_PICTURE)
    page.close()


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    target = Path(given[0]) if given else Path(tempfile.mkdtemp(prefix="oboro-pictures-"))
    target.mkdir(parents=True, exist_ok=True)
    main(target, "--readme" in sys.argv)
