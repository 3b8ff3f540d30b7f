"""A published site says what its publication says, in two languages, and loads nothing else."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

import pytest

from aggregator.publish.page import render
from aggregator.publish.page.explained import KNOWN_GAPS, period_name
from aggregator.publish.page.rendering import words_in
from aggregator.publish.page.rows import ORDER, PER_PAGE, SHEETS
from oboro.closed_lists import CLOSED_LISTS
from oboro.contributions import PUBLICATION_TABLES
from oboro.facts import OTHER
from oboro.formats import Formats
from oboro.names import readable
from oboro.publication import Gap, Publication, decode, encode
from oboro.words import LANGUAGES
from tests.support import publications
from tests.support.pages import parsed, text_of
from tests.support.publications import a_figure
from tests.support.published import bundle
from tests.support.town_publications import a_publication

HTML = re.compile(r"\.html$")


@pytest.fixture(scope="module")
def publication() -> Publication:
    return a_publication(listed=1_100)


@pytest.fixture(scope="module")
def site(publication: Publication) -> dict[str, bytes]:
    return render(publication, public_key="RWQexample")


@pytest.fixture(scope="module")
def pages(site: dict[str, bytes]) -> dict[str, Element]:
    """Every page of the site; the parser refuses whatever is no valid HTML."""
    return {name: parsed(content.decode()) for name, content in site.items() if HTML.search(name)}


def figures_in(tree: Element) -> list[tuple[str, int, str]]:
    """Return name, figure and margin of each row that shows a figure."""
    rows = []
    for row in tree.findall(".//tbody/tr"):
        if (data := row.find(".//data")) is None:
            continue
        name = row.find("th/span[@class='name']")
        head = name if name is not None else row.find("th")
        assert head is not None
        cells = row.findall("td")
        shown = text_of(data).replace(",", "")
        assert shown == data.attrib["value"]
        rows.append((text_of(head), int(shown), text_of(cells[-1])))
    return rows


def test_there_is_a_page_in_each_language_and_a_choice_between_them(
    site: dict[str, bytes],
) -> None:
    sheets = [f"pages{n}.html" for n in ("", "-2", "-3")]

    assert {name for name in site if HTML.search(name)} == {
        "index.html",
        *(f"{language}/{page}" for language in LANGUAGES for page in ("index.html", *sheets)),
    }


def test_the_same_publication_is_always_the_same_bytes(
    publication: Publication, site: dict[str, bytes]
) -> None:
    assert render(decode(encode(publication)), public_key="RWQexample") == site


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_that_is_shown_is_the_published_one_and_none_is_missing(
    publication: Publication, pages: dict[str, Element], language: str
) -> None:
    words = words_in(language)
    form = Formats(words.locale)
    expected: dict[str, set[tuple[str, int, str]]] = {}
    for table in publication.tables:
        expected[table.name] = {
            (
                words("value.unlisted")
                if table.name == "pages" and each.key == OTHER
                else readable(table.topic, each.key, words),
                each.figure,
                words("interval", low=form.number(each.low), high=form.number(each.high)),
            )
            for each in table.figures
        }

    main = pages[f"{language}/index.html"]
    shown = {
        section.attrib["id"]: figures_in(section) for section in main.findall(".//section[@id]")
    }
    sheets = [tree for name, tree in pages.items() if name.startswith(f"{language}/pages")]
    listed = [row for tree in sheets for row in figures_in(tree)]

    for name in ORDER:
        assert set(shown[name]) <= expected[name], name
        if name != "pages":
            assert set(shown[name]) == expected[name]
    assert set(listed) == expected["pages"]
    assert len(listed) == len(publication.tables[1].figures)
    total = publication.tables[0].figures[0]
    headline = main.find(".//p[@class='headline-figure']/data")
    assert headline is not None
    assert headline.attrib["value"] == str(total.figure)
    assert form.number(total.low) in text_of(main)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_stands_out_from_the_noise_is_shown_with_a_bar(
    publication: Publication, pages: dict[str, Element], language: str
) -> None:
    countries = next(table for table in publication.tables if table.name == "countries")
    margin = countries.figures[0].draw_high - countries.figures[0].draw

    section = pages[f"{language}/index.html"].find(".//section[@id='countries']")
    assert section is not None
    leading = section.find("table")
    assert leading is not None
    figures = [figure for _, figure, _ in figures_in(leading)]

    assert figures[:2] == sorted(figures[:2], reverse=True)
    assert min(figures) > 2 * margin
    assert len(countries.figures) > 200 > len(figures) * 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parameters_are_told(
    publication: Publication, pages: dict[str, Element], language: str
) -> None:
    text = text_of(pages[f"{language}/index.html"])

    for table in publication.tables:
        assert f"{table.epsilon} {table.scale}" in text
    assert f"ε = {publication.epsilon}" in text
    assert "2.7" in text
    assert publication.previous in text.split()
    assert "RWQexample" in text
    for command in ("sha256sum --check", "minisign -V", "oboro verify"):
        assert command in text


def test_every_link_leads_to_a_file_of_the_bundle_or_to_the_index_beside_it(
    publication: Publication,
) -> None:
    files = bundle(publication)
    beside = {f"../{language}/index.html" for language in LANGUAGES}
    leading_out = set()

    for name, content in files.items():
        if not HTML.search(name):
            continue
        tree = parsed(content.decode())
        ids = {each.attrib["id"] for each in tree.iter() if "id" in each.attrib}
        for element in tree.iter():
            for attribute in ("href", "src"):
                address, _, anchor = element.attrib.get(attribute, "").partition("#")
                if anchor and not address:
                    assert anchor in ids, (name, anchor)
                if not address:
                    continue
                assert ":" not in address
                target = normpath(join(dirname(name), address))
                if target not in files:
                    leading_out.add(target)

    assert leading_out == beside


def test_no_place_for_a_value_is_left_open(pages: dict[str, Element]) -> None:
    for name, tree in pages.items():
        everything = ET.tostring(tree, encoding="unicode")
        assert re.findall(r"%\(|%%|\{\{|\}\}|nan\b", everything) == [], name


def test_nothing_is_asked_of_another_host_and_nothing_runs(site: dict[str, bytes]) -> None:
    for name, content in site.items():
        text = content.decode()
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == [], name
        assert re.findall(r"<script|<iframe|<style|\sstyle=|\son\w+=|@import", text) == [], name


def test_a_page_and_its_other_language_name_each_other(pages: dict[str, Element]) -> None:
    for name, tree in pages.items():
        named = {
            link.attrib["hreflang"]: link.attrib["href"]
            for link in tree.findall(".//head/link[@rel='alternate']")
        }
        assert set(named) == set(LANGUAGES), name
        for language, address in named.items():
            target = normpath(join(dirname(name), address))
            assert pages[target].attrib["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", ["", "demonstration", "objections-not-knowable"])
def test_a_label_is_told_in_words_on_every_page(label: str, language: str) -> None:
    pages = render(a_publication(label=label))
    banners = [
        text_of(banner)
        for name, content in pages.items()
        if name.startswith(f"{language}/")
        for banner in parsed(content.decode()).findall(".//p[@class='banner']")
    ]

    words = words_in(language)
    told = f"{words(f'label.{label}')} {words(f'label.{label}.text')}" if label else ""
    assert banners == ([told] * 2 if label else [])
    objectors_are_out = words("limits.objections") in text_of(
        parsed(pages[f"{language}/index.html"].decode())
    )
    assert objectors_are_out is (label != "objections-not-knowable")


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_that_are_left_out_are_named_with_their_reason(language: str) -> None:
    gaps = tuple(Gap(f"2026-10-{n:02}", code) for n, code in enumerate(KNOWN_GAPS, 11))
    page = render(
        a_publication(
            gaps=(*gaps, Gap("2026-10-01", "lost-pages"), Gap("2026-10-30", "some-new-code"))
        )
    )

    section = parsed(page[f"{language}/index.html"].decode()).find(".//section[@id='gaps']")
    assert section is not None
    rows = {
        text_of(code): text_of(row)
        for row in section.findall(".//tbody/tr")
        if (code := row.find("th/code")) is not None
    }

    words = words_in(language)
    assert set(rows) == {*KNOWN_GAPS, "some-new-code", "lost-pages"}
    assert all(words(f"gap.{code}") in rows[code] for code in KNOWN_GAPS)
    assert words("table.pages") in rows["lost-pages"]
    days = len(KNOWN_GAPS) + 1
    assert words.counted("days", days, n=days) in text_of(
        parsed(page[f"{language}/index.html"].decode())
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_site_that_disappears_in_noise_is_told_so(language: str) -> None:
    page = render(a_publication(visitor_days=20, listed=12))

    text = text_of(parsed(page[f"{language}/index.html"].decode()))
    assert words_in(language)("nothing.clear") in text


def test_a_publication_may_lack_tables() -> None:
    whole = a_publication()
    for left in (whole.tables[:1], whole.tables[1:2]):
        site = render(a_publication(tables=left))
        for name, content in site.items():
            if HTML.search(name):
                parsed(content.decode())


def test_names_cannot_become_markup() -> None:
    evil = "/<script>alert(1)</script>&amp;\"'"
    whole = a_publication()
    pages = whole.tables[1]
    first = pages.figures[1]
    spoilt = type(pages)(
        **{field: getattr(pages, field) for field in pages.__struct_fields__ if field != "figures"},
        figures=(
            type(first)(evil, *(getattr(first, f) for f in first.__struct_fields__[1:])),
            *pages.figures,
        ),
    )

    site = render(a_publication(tables=(whole.tables[0], spoilt)))

    assert b"<script" not in site["ja/pages.html"]
    assert evil in text_of(parsed(site["ja/pages.html"].decode()))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-10-01", "2026-10-31", "October 2026"),
        ("2026-10-01", "2026-10-11", "Oct 1 – 11, 2026"),
        ("2026-10-12", "2026-10-31", "Oct 12 – 31, 2026"),
    ],
)
def test_only_a_whole_month_is_called_by_its_name(first: str, last: str, name: str) -> None:
    part = a_publication(first=first, last=last, periods=((first, last),))

    # Between the days of a span stand spaces of another width.
    assert " ".join(period_name(part, Formats(words_in("en").locale)).split()) == name


def test_every_publication_table_has_a_place_on_the_page() -> None:
    assert {*ORDER, "totals"} == set(PUBLICATION_TABLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["countries", "languages", "devices", "hours"])
def test_every_public_key_that_is_a_code_has_a_name(table: str, language: str) -> None:
    words, topic = words_in(language), PUBLICATION_TABLES[table].topic
    names = {key: readable(topic, key, words) for key in CLOSED_LISTS[table]}

    assert [key for key, name in names.items() if name == key] == []
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_very_many_pages_shows_the_largest_and_says_where_the_others_are(
    language: str,
) -> None:
    figures = [a_figure(f"/{n}", n) for n in range(PER_PAGE * SHEETS + 1_234)]
    publication = publications.a_publication(
        publications.a_table(), publications.a_table("pages", *figures, bound="distinct")
    )

    made = render(publication)
    sheets = [name for name in made if name.startswith(f"{language}/pages")]
    first, last = (
        parsed(made[f"{language}/pages{which}.html"].decode()) for which in ("", f"-{SHEETS}")
    )

    assert len(sheets) == SHEETS
    assert figures_in(last)[-1][1] == 1_234
    said = words_in(language).counted("sheet.others", 1_234, n="1,234")
    assert said in text_of(last)
    assert said not in text_of(first)
