"""Each reason for which a hit is not counted, provoked at a real server and found in the store."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import aiohttp
import pytest

from collector.databases import paths_of
from collector.room import ROOM
from dashboards.words import words_in
from oboro.clock import ManualClock
from oboro.outcomes import Outcome
from oboro.serve import running
from oboro.site_keys import SiteKey, digest_of, written
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.support.arrivals import CHROME
from tests.support.workspace import NOON, a_site, quick

SECONDS = 20
HIT = {"site": "example.jp", "url": "https://example.jp/a"}
KEY = written(bytes(32))
EVENT = {"url": "/a", "opted_out": False, "address": "192.0.2.1", "agent": CHROME}
OF_LOGS = {
    Outcome.ASSET,
    Outcome.FEED,
    Outcome.STATUS,
    Outcome.METHOD,
    Outcome.OPTED_OUT_IN_LOG,
}
"""Told by imports alone."""
LIMIT = 3
PROVOKED: dict[Outcome, tuple[dict[str, Any], dict[str, str]]] = {
    Outcome.COUNTED: ({}, {}),
    Outcome.ENGAGEMENT: ({"type": "engagement", "engaged": 5}, {}),
    Outcome.UNKNOWN_SITE: ({"site": "elsewhere.jp"}, {}),
    Outcome.BOT: ({}, {"User-Agent": "curl/8.5.0"}),
    Outcome.PREFETCH: ({}, {"Sec-Purpose": "prefetch"}),
    Outcome.EXCLUDED_NETWORK: ({}, {"X-Forwarded-For": "203.0.113.9"}),
    Outcome.EXCLUDED_HOST: ({"url": "https://old.example.jp/a"}, {}),
    Outcome.EXCLUDED_PATH: ({"url": "/admin/users"}, {}),
    Outcome.STAGING: ({"url": "https://staging.example.jp/a"}, {}),
    Outcome.SPAM: ({"referrer": "https://buy.spam.example/"}, {}),
    Outcome.DATA_CENTRE: ({}, {"X-Forwarded-For": "3.0.0.1"}),
    Outcome.INVALID: ({"url": "file:///etc/passwd"}, {}),
}
"""What is sent besides a hit that is counted, and by which headers; two reasons need more."""


@pytest.fixture
def here(workspace: Workspace) -> Workspace:
    """A site whose operator excludes something of each kind, behind a proxy on this machine."""
    workspace.settings = quick(
        workspace.settings,
        network_hits=LIMIT,
        trusted_proxies=(ip_network("127.0.0.0/8"),),
    )
    for path in paths_of(workspace.settings, "network"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("50331648,50397183,16509,Amazon\n" if "ipv4" in path.name else "", "utf-8")
    workspace.catalog.add_site(
        a_site(
            excluded_networks=("203.0.113.0/24",),
            excluded_hosts=("old.example.jp",),
            excluded_paths=("/admin/*",),
            spam_referrers=("spam.example",),
        )
    )
    workspace.catalog.add_site_key(SiteKey(digest_of(KEY), "example.jp", NOON))
    return workspace


async def tallied(workspace: Workspace) -> Counter[str]:
    rows = await asyncio.to_thread(
        workspace.store.query, "SELECT outcome, sum(n) FROM outcomes GROUP BY outcome"
    )
    return Counter(dict(rows))


async def test_every_reason_is_provoked_and_counted_exactly_as_often(here: Workspace) -> None:
    expected: Counter[str] = Counter()
    clock = here.clock
    assert isinstance(clock, ManualClock)
    async with running(here, [ROOM], {}) as url, aiohttp.ClientSession() as session:

        async def send(path: str, body: Any, **headers: str) -> None:
            async with session.post(f"{url}{path}", data=json.dumps(body), headers=headers) as _:
                pass

        for times, (outcome, (changed, headers)) in enumerate(PROVOKED.items(), start=1):
            for number in range(times):
                sent = {
                    "User-Agent": CHROME,
                    # Each from a network of its own, so that none sends too much.
                    "X-Forwarded-For": f"198.{times}.{number}.1",
                    **headers,
                }
                await send("/api/hit", {**HIT, **changed}, **sent)
            expected[outcome] += times
        for _ in range(LIMIT + 5):
            await send("/api/hit", HIT, **{"User-Agent": CHROME, "X-Forwarded-For": "198.99.0.1"})
        expected += Counter({Outcome.COUNTED: LIMIT, Outcome.RATE: 5})
        yesterday = {**EVENT, "at": (NOON.timestamp() - 86_400)}
        await send("/api/events", [yesterday] * 7, Authorization=f"Bearer {KEY}")
        expected[Outcome.LATE] += 7

        async with asyncio.timeout(SECONDS):
            while await tallied(here) != expected:
                clock.advance(timedelta(seconds=0.1))
                await asyncio.sleep(0.05)

    assert set(expected) | OF_LOGS == set(Outcome)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_name_and_a_sentence_for_the_operator(language: str) -> None:
    words = words_in(language)
    silent = {Outcome.COUNTED, Outcome.UNKNOWN_SITE, Outcome.OPTED_OUT_IN_LOG}
    shown = set(Outcome) - {Outcome.UNKNOWN_SITE, Outcome.OPTED_OUT_IN_LOG}

    assert [each for each in shown if not words.get(f"value.outcome.{each}")] == []
    assert [each for each in set(Outcome) - silent if not words.get(f"why.{each}")] == []
