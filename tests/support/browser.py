"""Drive the system's own Chromium; nothing is downloaded for it."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.async_api import Browser as AsyncBrowser
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ABSENT = "there is no Chromium here; install the package chromium (make test does it as root)"
WAIT_MS = 60_000
"""How long anything may take before a test gives up; generous, since it is no promise."""


def chromium() -> Path | None:
    """Return where Chromium is, if it is anywhere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


@contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium for the length of the block; skip the test where there is none."""
    path = chromium()
    if path is None:
        pytest.skip(ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@asynccontextmanager
async def launched_beside(
    *arguments: str, without: str | None = None
) -> AsyncIterator[AsyncBrowser]:
    """Do as `launched` does within a running loop, with *arguments* besides and *without* one."""
    path = chromium()
    if path is None:
        pytest.skip(ABSENT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=[*ARGUMENTS, *arguments],
            ignore_default_args=[without] if without else None,
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def running_alone(url: str) -> AsyncIterator[None]:
    """Run Chromium at *url* with nobody driving it, as a reader's does."""
    path = chromium()
    if path is None:
        pytest.skip(ABSENT)
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            path, *ARGUMENTS, f"--user-data-dir={profile}", url, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()


class Requests:
    """Every address that a page asked for."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        page.on("request", lambda request: self.addresses.append(request.url))

    def beyond(self, url: str) -> list[str]:
        """Return those that did not go to the server at *url*."""
        return [
            address
            for address in self.addresses
            if not address.startswith((f"{url}/", "data:", "about:"))
        ]

    def to(self, path: str) -> int:
        """Return how many went to *path*."""
        return sum(address.partition("?")[0].endswith(path) for address in self.addresses)
