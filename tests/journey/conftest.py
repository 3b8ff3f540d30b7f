"""A browser for the tests of a file, and a server with a full site to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from oboro.public_list import PUBLICATIONS
from tests.support.browser import launched
from tests.support.command_line import Served, served
from tests.support.published import lay_out
from tests.support.seeded import seed
from tests.support.town_publications import months

HOST = "city.oboro.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; ended with the file, since its loop must not run beside another test's."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def full(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with forty days of a demonstration site, and three published months of it."""
    data_dir: Path = tmp_path_factory.mktemp("full") / "data"
    seed(data_dir, HOST, 40)
    lay_out(data_dir / PUBLICATIONS, months(3, label="demonstration"))
    with served(data_dir) as server:
        yield server
