"""The titles of a site's pages, from the operator's own list and never from a visitor's browser.

Functions take a connection of the catalog.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, String, Table

from oboro.topics import STEPS

METADATA = MetaData()

PAGE_TITLES = Table(
    "page_titles",
    METADATA,
    Column("host", String, primary_key=True, comment="site whose page it is"),
    Column("page", String, primary_key=True, comment="name under which the page is counted"),
    Column("title", String, nullable=False, comment="title in whatever language"),
    Column("title_ja", String, nullable=False, comment="title in Japanese; empty: not given"),
    Column("title_en", String, nullable=False, comment="title in English; empty: not given"),
)
WITH_TITLES = frozenset({"page", "entry", "exit", *STEPS})
"""Topics whose values are pages of the site, and so have titles."""
_AT_ONCE = 500


class Title(NamedTuple):
    """A page's title: *plain* in whatever language, *ja* and *en*; each empty where not given."""

    plain: str = ""
    ja: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """Return the title in *language*, else the plain one, else the one there is.

        >>> Title(ja="ごみ", en="Waste").in_language("en"), Title("About").in_language("ja")
        ('Waste', 'About')
        """
        own = {"ja": self.ja, "en": self.en}.get(language, "")
        return own or self.plain or self.ja or self.en


def replace_titles(connection: Connection, host: str, titles: Mapping[str, Title]) -> None:
    """Keep *titles* by page in the place of all that *host* had."""
    forget(connection, [host])
    rows = [
        {"host": host, "page": page, "title": title.plain, "title_ja": title.ja}
        | {"title_en": title.en}
        for page, title in titles.items()
    ]
    if rows:
        connection.execute(PAGE_TITLES.insert(), rows)


def read_titles(connection: Connection, host: str, pages: Collection[str]) -> Mapping[str, Title]:
    """Return the titles of those of *pages* that have one."""
    found: dict[str, Title] = {}
    wanted = list(pages)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = connection.execute(
            PAGE_TITLES.select().where(PAGE_TITLES.c.host == host, PAGE_TITLES.c.page.in_(some))
        )
        for row in rows.mappings():
            found[row["page"]] = Title(row["title"], row["title_ja"], row["title_en"])
    return found


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Delete every title of *hosts*."""
    connection.execute(PAGE_TITLES.delete().where(PAGE_TITLES.c.host.in_(list(hosts))))
