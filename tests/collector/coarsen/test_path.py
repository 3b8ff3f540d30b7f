"""A page's name holds nothing that points at a visitor, whatever the address was."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collector.coarsen.masking import MASK
from collector.coarsen.path import LONGEST, Page, page_of, split_address
from oboro.facts import UNKNOWN

KEYS = ("page", "id")


def name_of(url: str, keys: tuple[str, ...] = ()) -> str:
    """Return the name of the page at *url*."""
    return page_of(split_address(url), keys, 1).name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.jp", "/"),
        ("https://example.jp/", "/"),
        ("HTTPS://EXAMPLE.jp/Kurashi/", "/Kurashi"),
        ("//example.jp/a", "/a"),
        ("/a//b/./c/../d/", "/a/b/d"),
        ("/a/index.html", "/a"),
        ("/index.html/index.php", "/"),
        ("/%E5%B8%82%E9%95%B7", "/市長"),
        ("/a;jsessionid=8F2C/b;x=1", "/a/b"),
        ("/a?secret=1#part", "/a"),
        ("/a%3Fsecret=1", "/a"),
        ("/a%23part", "/a"),
        ("https://taro:geheim@example.jp/a", "/a"),
        ("/2026/11/23/festival", "/2026/11/23/festival"),
        ("/news/2026-11-23.html", "/news/2026-11-23.html"),
        ("/blog/presenting-logstash-metrics-for-system-administrators", None),
        ("/doc/TransportMasterNodeOperationAction.html", None),
        ("/令和6年度予算について", None),
        ("/カ\u3099", "/ガ"),
    ],
)
def test_a_page_keeps_the_name_people_know(url: str, name: str | None) -> None:
    assert name_of(url) == (url if name is None else name)


@pytest.mark.parametrize(
    "segment",
    [
        "taro@example.jp",
        "taro%40example.jp",
        "taro＠example.jp",
        "03-1234-5678",
        "+81 90 1234 5678",
        "123456",
        "１２３４５６",
        "1234-5678-9012",
        "123456789012",
        "19800512",
        "192.168.100.200",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "9f86d081884c7d659a2feaa0c55ad015",
        "aB3x-Yz9_kLm2NoPq-Zq1wE",
        "K7QX9PLM2ZRTX4",
        "taro%2540example.jp",
        "%FF%FE",
        "x" * 151,
    ],
)
def test_a_segment_that_could_point_at_someone_is_masked(segment: str) -> None:
    assert name_of(f"/user/{segment}/edit") == f"/user/{MASK}/edit"


@pytest.mark.parametrize(
    "url",
    ["", "file:///C:/Users/taro/a.html", "about:srcdoc", "javascript:alert(1)", "word", "data:,x"],
)
def test_what_is_no_page_of_the_web_has_no_name(url: str) -> None:
    assert page_of(split_address(url), (), 1) == Page(UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/list?id=1234567&token=abc", "/list?id=1234567"),
        ("/list?page=2&id=5", "/list?id=5&page=2"),
        ("/list?id=taro%40example.jp", f"/list?id={MASK}"),
        ("/list?id=123456789012", f"/list?id={MASK}"),
        ("/list?id=03-1234-5678", f"/list?id={MASK}"),
        ("/list?id=1&id=2", "/list?id=1"),
        ("/list?id=", "/list"),
    ],
)
def test_only_declared_keys_of_the_query_are_kept(url: str, name: str) -> None:
    assert name_of(url, KEYS) == name


@pytest.mark.parametrize(
    ("url", "depth", "section"),
    [
        ("/", 1, "/"),
        ("/about.html", 1, "/"),
        ("/kurashi", 1, "/kurashi"),
        ("/kurashi/gomi/index.html", 1, "/kurashi"),
        ("/kurashi/gomi/yotei.html", 2, "/kurashi/gomi"),
        ("/kurashi/gomi/yotei.html", 0, "/"),
    ],
)
def test_a_section_is_the_folders_a_page_lies_in(url: str, depth: int, section: str) -> None:
    assert page_of(split_address(url), (), depth).section == section


ANY_URL = st.one_of(
    st.text(),
    st.text().map(lambda text: "/" + text),
    st.text().map(lambda text: "https://example.jp/" + quote(text, errors="replace")),
    st.lists(
        st.sampled_from(
            ["a", "index.html", "..", ".", "", "%", "%25", "%2F", "%3F", ";", "\\", "？", "?id=",
             "1", "23456", "－", "-", ".", "@", "＠", "\u202e", "\u200b", "\ud800", "é", "e\u0301",
             "&page=", "=", "#", "+", " ", "%41", "%2541", "xyz", "Ab3", "ﬁ", "½", "٣"]
        ),
        max_size=40,
    ).map(lambda parts: "/" + "".join(parts)),
)  # fmt: skip


@given(ANY_URL, st.integers(0, 4))
@example("/%25\u200b41", 1)
@example("/a" * 400, 1)
def test_any_text_becomes_a_name_of_the_allowed_form(url: str, depth: int) -> None:
    page = page_of(split_address(url), (), depth)

    for text in page:
        assert text == UNKNOWN or text.startswith("/")
        assert len(text) <= LONGEST
        assert not re.search(r"\d{6}", unicodedata.normalize("NFKC", text))
        assert not any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co") for mark in text)
        assert text == unicodedata.normalize("NFC", text)
        assert "?" not in text
        assert "#" not in text


@given(ANY_URL)
@example("/a?id=1")
@example("/a?id=%26")
@example("/a?id=\x1b")
def test_a_name_is_the_address_of_the_same_page(url: str) -> None:
    name = name_of(url, KEYS)

    assert name == UNKNOWN or name_of(name, KEYS) == name


@given(st.emails(), st.sampled_from(["/{}", "/a/{}/b", "/{}.html", "/x-{}-y"]))
def test_no_address_of_a_person_stays_in_a_name(mail: str, where: str) -> None:
    local = mail.partition("@")[0]
    url = where.format(quote(mail, safe=""))

    assert "@" not in name_of(url)
    assert len(local) < 3 or local not in name_of(url)


@given(
    st.from_regex(r"0\d{1,3}-\d{2,4}-\d{4}", fullmatch=True)
    | st.from_regex(r"\d{4}[ -]\d{4}[ -]\d{4}", fullmatch=True)
    | st.uuids().map(str)
    | st.binary(min_size=16, max_size=40).map(lambda secret: secret.hex())
)
def test_no_number_of_a_person_and_no_token_stays_in_a_name(secret: str) -> None:
    assert name_of(f"/a/{quote(secret)}/b") == f"/a/{MASK}/b"
