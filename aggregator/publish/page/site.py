"""Make the site of one publication: what a bundle shows to people, from its figures alone."""

from __future__ import annotations

from datetime import date

from aggregator.publish.page.explained import (
    days_with_gaps,
    gap_words,
    gaps_by_code,
    mechanisms,
    odds,
    period_name,
)
from aggregator.publish.page.rendering import filled, formats_in, words_in
from aggregator.publish.page.rows import margin_of, shown_tables, total_of
from oboro.assets import asset
from oboro.names import readable
from oboro.publication import FILE, Publication
from oboro.words import LANGUAGES

FILES = (
    (FILE, "json"),
    ("datapackage.json", "package"),
    ("LICENSE.txt", "licence"),
    ("method.ja.md", "method.ja"),
    ("method.en.md", "method.en"),
    ("SHA256SUMS", "sums"),
    ("SHA256SUMS.minisig", "signature"),
    ("oboro.pub", "key"),
)
"""The bundle's other files, and which words say what each holds."""
ASSETS = ("moon.svg", "publication.css")


def render(publication: Publication, public_key: str = "") -> dict[str, bytes]:
    """Return the files of *publication*'s site by their path in the bundle.

    The same publication, shown by the same version of the program, is always the same bytes.
    *public_key* is shown where it is given, in minisign's form: the base64 line of ``oboro.pub``.
    """
    site = _Site(publication, public_key)
    made = site_assets()
    made["index.html"] = filled(
        "choice.html",
        "ja",
        site=publication.site,
        headings={
            language: words_in(language)(
                "heading", period=period_name(publication, formats_in(language))
            )
            for language in LANGUAGES
        },
    )
    for language in LANGUAGES:
        made |= site.pages(language)
    return made


def site_assets() -> dict[str, bytes]:
    """Return what the pages load, by path."""
    return {f"assets/{name}": asset(name) for name in ASSETS}


class _Site:
    def __init__(self, publication: Publication, public_key: str) -> None:
        self.publication = publication
        self.tables = shown_tables(publication)
        self.total = total_of(publication)
        self.mechanisms = mechanisms(publication)
        self.public_key = public_key

    def pages(self, language: str) -> dict[str, bytes]:
        form = formats_in(language)
        words = words_in(language)
        shared = {
            "site": self.publication.site,
            "label": self.publication.label,
            "publication": self.publication,
            "period": period_name(self.publication, form),
            "total": self.total,
        }
        made = {
            f"{language}/index.html": filled(
                "publication.html",
                language,
                **shared,
                file="index.html",
                first=date.fromisoformat(self.publication.first),
                last=date.fromisoformat(self.publication.last),
                margin=self._total_margin(),
                tables=self.tables,
                hour_names=[readable("hour", f"{hour:02}", words) for hour in range(24)],
                mechanisms=self.mechanisms,
                example=self._example(),
                odds=odds(self.publication.epsilon),
                gaps=gaps_by_code(self.publication.gaps),
                gap_days=days_with_gaps(self.publication),
                gap_words=lambda code: gap_words(code, words),
                day_of=date.fromisoformat,
                files=FILES,
                public_key=self.public_key,
            )
        }
        for shown in self.tables:
            if shown.name != "pages" or len(shown.figures) == len(shown.leading):
                continue
            before = 0
            for number, rows in enumerate(shown.sheets, 1):
                file = f"pages-{number}.html" if number > 1 else "pages.html"
                made[f"{language}/{file}"] = filled(
                    "pages.html",
                    language,
                    **shared,
                    **{"from": before + 1, "to": before + len(rows)},
                    file=file,
                    shown=shown,
                    rows=rows,
                    sheet=number,
                    sheets=len(shown.sheets),
                )
                before += len(rows)
        return made

    def _total_margin(self) -> int:
        totals = [table for table in self.publication.tables if table.name == "totals"]
        return margin_of(totals[0]) if totals else 0

    def _example(self) -> object:
        return next((each for each in self.mechanisms if each.table.name == "sources"), None)
