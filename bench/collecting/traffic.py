"""Make up a busy day's hits as the bytes of their requests, as a proxy passes them on.

Every visitor has a network, an agent and a language of their own and reads 2.3 pages, as on the
log at hand: so 43 of 100 hits are somebody's first, which cost the collector the most.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from collector.arrival import Arrival
from collector.intake import network_of
from oboro.clock import SystemClock
from tests.support.agent_corpus import PERSON, Known, corpus

HOST = "example.jp"
HITS_BY_VISITOR = 2.3
AGENTS = 400
PAGES = 3_000
_SOURCES = (
    *("https://www.google.com/",) * 6,
    *("https://search.yahoo.co.jp/",) * 2,
    "https://t.co/abc",
    "https://www.facebook.com/",
    *(f"https://blog-{n}.example.net/entry/{n}" for n in range(20)),
)
_LANGUAGES = ("ja", "ja,en-US;q=0.9,en;q=0.8", "ja-JP,ja;q=0.9", "en-US,en;q=0.9", "vi,en;q=0.5")


class Hit:
    """One hit: what the proxy tells of its visitor, and the body that the tracker sent."""

    __slots__ = ("address", "agent", "body", "language")

    def __init__(self, address: str, agent: str, language: str, body: bytes) -> None:
        self.address = address
        self.agent = agent
        self.language = language
        self.body = body

    def request(self, port: int) -> bytes:
        """Return the bytes of the request that brings it."""
        head = (
            f"POST /api/hit HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"User-Agent: {self.agent}\r\nAccept: */*\r\nAccept-Language: {self.language}\r\n"
            f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(self.body)}\r\n"
            f"Origin: https://{HOST}\r\nReferer: https://{HOST}/\r\n"
            f"Sec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n"
            f"X-Forwarded-For: {self.address}\r\n\r\n"
        )
        return head.encode() + self.body

    def arrival(self) -> Arrival:
        """Return what the intake makes of it."""
        said = json.loads(self.body)
        return Arrival(
            site=said["site"],
            at=SystemClock().now(),
            network=network_of(self.address),
            agent=self.agent,
            language=self.language,
            url=said["url"],
            referrer=said["referrer"],
            width=said["width"],
        )


def hits(count: int, seed: int = 1) -> Sequence[Hit]:
    """Return *count* hits in the order in which they come; visits overlap."""
    draw = random.Random(seed)
    agents = draw.sample([each.agent for each in corpus() if _is_plain(each)], AGENTS)
    often = [1 / (rank + 1) for rank in range(AGENTS)]
    pages = [f"/section-{n % 25}/page-{n}/" for n in range(PAGES)]
    read = [1 / (rank + 1) for rank in range(PAGES)]
    visitors = [
        (
            f"{draw.randrange(11, 126)}.{draw.randrange(256)}.{draw.randrange(256)}.7",
            agent,
            draw.choice(_LANGUAGES),
            draw.choice((390, 412, 820, 1280, 1920)),
        )
        for agent in draw.choices(agents, often, k=max(1, int(count / HITS_BY_VISITOR)))
    ]
    seen: set[int] = set()
    made = []
    for page in draw.choices(pages, read, k=count):
        number = draw.randrange(len(visitors))
        address, agent, language, width = visitors[number]
        referrer = f"https://{HOST}/" if number in seen else draw.choice(("", *_SOURCES))
        seen.add(number)
        said = {
            "site": HOST,
            "url": f"https://{HOST}{page}",
            "referrer": referrer,
            "title": "A page of the city | Example",
            "width": width,
        }
        made.append(Hit(address, agent, language, json.dumps(said).encode()))
    return made


def _is_plain(each: Known) -> bool:
    agent = each.agent
    return each.kind == PERSON and agent.isascii() and agent.isprintable() and len(agent) < 300
