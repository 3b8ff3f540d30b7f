"""The index beside the bundles names every publication, the newest first, and every gap."""

from __future__ import annotations

from posixpath import join, normpath

import msgspec
import pytest

from aggregator.publish.page import archive
from aggregator.publish.page.rendering import words_in
from oboro.formats import Formats
from oboro.public_list import FILE, PublicList
from oboro.publication import Gap
from oboro.words import LANGUAGES
from tests.support.pages import parsed, text_of
from tests.support.town_publications import months

HOST = "city.oboro.example"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_publication_is_listed_with_its_own_figure(language: str) -> None:
    made = months(14)
    files = archive(HOST, made)
    tree = parsed(files[f"{language}/index.html"].decode())
    form = Formats(words_in(language).locale)

    table = tree.find(".//section[@aria-labelledby='all-title']/table")
    assert table is not None
    rows = table.findall("tbody/tr")
    links = [normpath(join(language, link.attrib["href"])) for link in table.findall(".//a")]

    assert links == [f"{folder}/{language}/index.html" for folder in reversed(made)]
    for row, publication in zip(rows, reversed(made.values()), strict=True):
        total = publication.tables[0].figures[0]
        assert f"{form.number(total.figure)} " in text_of(row)
        assert form.number(total.low) in text_of(row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_gaps_of_publications_and_days_without_one_are_told_together(language: str) -> None:
    made = archive(HOST, months(3), [Gap("2026-11-02", "not-closed")])
    text = text_of(parsed(made[f"{language}/index.html"].decode()))

    words = words_in(language)
    assert words("gap.void") in text
    assert words("gap.not-closed") in text


def test_the_list_for_machines_says_the_same() -> None:
    made = months(5)
    listed = msgspec.json.decode(archive(HOST, made)[FILE], type=PublicList)

    assert [each.folder for each in listed.publications] == list(reversed(made))
    assert [each.visitor_days for each in listed.publications] == [
        each.tables[0].figures[0] for each in reversed(made.values())
    ]
    assert listed.gaps == tuple(gap for each in made.values() for gap in each.gaps)


def test_the_order_in_which_publications_are_given_changes_nothing() -> None:
    made = months(4)
    reordered = dict(reversed(made.items()))

    assert archive(HOST, made) == archive(HOST, reordered)


@pytest.mark.parametrize("count", [0, 1])
def test_a_site_with_few_publications_has_a_valid_index(count: int) -> None:
    for name, content in archive(HOST, months(count)).items():
        if name.endswith(".html"):
            parsed(content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_made_up_data_is_called_so_on_the_index(language: str) -> None:
    made = archive(HOST, months(2, label="demonstration"))

    text = text_of(parsed(made[f"{language}/index.html"].decode()))
    assert words_in(language)("label.demonstration.text") in text
