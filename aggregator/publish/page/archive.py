"""Make the index of a site's publications, which lies beside their bundles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from aggregator.publish.page.charts import columns
from aggregator.publish.page.explained import (
    axis_name,
    days_with_gaps,
    gap_words,
    gaps_by_code,
    period_name,
)
from aggregator.publish.page.rendering import filled, formats_in, words_in
from aggregator.publish.page.rows import total_of
from aggregator.publish.page.site import site_assets
from oboro.public_list import FILE, Listed, PublicList
from oboro.publication import Figure, Gap, Publication
from oboro.words import LANGUAGES

IN_CHART = 60
"""How many publications the chart shows: the latest ones."""
_LABELS = 8


@dataclass(frozen=True, slots=True)
class _Shown:
    folder: str
    publication: Publication
    period: str
    total: Figure | None
    gap_days: int


def archive(
    site: str, publications: Mapping[str, Publication], gaps: Iterable[Gap] = ()
) -> dict[str, bytes]:
    """Return the files beside the bundles of *site*, by path.

    *publications* are all of them by the names of their folders; *gaps* are days of which no
    publication tells, because none was made for them.
    """
    newest_first = sorted(publications.items(), key=lambda each: each[1].number, reverse=True)
    left_out = {gap for each in publications.values() for gap in each.gaps} | set(gaps)
    made = site_assets()
    made[FILE] = _list(site, newest_first, left_out)
    made["index.html"] = filled(
        "choice.html",
        "ja",
        site=site,
        headings={language: words_in(language)("archive.heading") for language in LANGUAGES},
    )
    for language in LANGUAGES:
        made[f"{language}/index.html"] = _page(site, language, newest_first, left_out)
    return made


def _page(
    site: str, language: str, newest_first: Sequence[tuple[str, Publication]], gaps: set[Gap]
) -> bytes:
    form, words = formats_in(language), words_in(language)
    listed = [
        _Shown(folder, each, period_name(each, form), total_of(each), days_with_gaps(each))
        for folder, each in newest_first
    ]
    drawn = [each for each in reversed(listed[:IN_CHART]) if each.total]
    return filled(
        "archive.html",
        language,
        site=site,
        file="index.html",
        listed=listed,
        latest=listed[0] if listed else None,
        mixed=len({each.publication.label for each in listed}) > 1,
        series=columns([each.total for each in drawn if each.total]),
        series_names=[each.period for each in drawn],
        series_axis=[axis_name(each.publication, form) for each in drawn],
        every=-(-len(drawn) // _LABELS) or 1,
        gaps=gaps_by_code(gaps),
        gap_words=lambda code: gap_words(code, words),
    )


def _list(site: str, newest_first: Sequence[tuple[str, Publication]], gaps: Iterable[Gap]) -> bytes:
    rows = tuple(
        Listed(
            number=each.number,
            folder=folder,
            first=each.first,
            last=each.last,
            cadence=each.cadence,
            label=each.label,
            visitor_days=total_of(each),
        )
        for folder, each in newest_first
    )
    ordered = tuple(sorted(gaps, key=lambda gap: (gap.day, gap.code)))
    written = msgspec.json.encode(PublicList(site=site, publications=rows, gaps=ordered))
    return msgspec.json.format(written, indent=2) + b"\n"
