"""Ask pages the way a browser does, and read what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from aiohttp.test_utils import TestClient

BROWSER = "text/html,application/xhtml+xml"


@dataclass(frozen=True)
class Shown:
    """A page that was answered: its status, headers and tree."""

    status: int
    headers: Mapping[str, str]
    source: str
    tree: Element

    def all(self, path: str) -> list[Element]:
        """Return the elements at an ElementTree *path*."""
        return self.tree.findall(path)

    @property
    def text(self) -> str:
        """Everything the page says, in one line."""
        return text_of(self.tree)

    @property
    def links(self) -> list[str]:
        """Every address a link leads to."""
        return [link.attrib["href"] for link in self.all(".//a[@href]")]


async def shown(
    client: TestClient[Any, Any], path: str, language: str = "en", **headers: str
) -> Shown:
    """Return the page at *path*; it must be valid HTML."""
    asked = {"Accept": BROWSER, "Accept-Language": language, **headers}
    async with client.get(path, headers=asked, allow_redirects=False) as answer:
        source = await answer.text()
        return Shown(answer.status, answer.headers.copy(), source, parsed(source))


def parsed(source: str) -> Element:
    """Return the tree of *source*; an error in its HTML fails the test."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(source)
    return tree


def text_of(element: Element) -> str:
    """Return the text within *element*, its white space evened out."""
    return " ".join(" ".join(element.itertext()).split())


def in_order(element: Element) -> Iterator[Element]:
    """Yield every element within, in the page's order."""
    return element.iter()


@dataclass
class FakeLive:
    """Live figures that the test decides."""

    visitors: int = 3
    per_minute: Sequence[int] = field(default_factory=lambda: [0] * 28 + [2, 5])
    has_arrived: bool = True

    def now(self, site_host: str) -> int:
        return self.visitors

    def views(self, site_host: str) -> list[int]:
        return list(self.per_minute)

    def arrived(self, site_host: str) -> bool:
        return self.has_arrived
