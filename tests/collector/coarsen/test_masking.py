"""Nothing that points at a person stays, wherever a visitor's words come in and however written."""

from __future__ import annotations

import unicodedata
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.coarsen.marks import download_mark, outbound_mark, search_mark
from collector.coarsen.masking import MASK, points_at_someone
from collector.coarsen.path import page_of, split_address
from collector.coarsen.referrer import domain_of
from oboro.facts import OTHER
from tests.support.individual_numbers import check_digit, individual_numbers, written_numbers

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mails() -> st.SearchStrategy[str]:
    """Draw addresses, also with a full-width sign and with Japanese names."""
    return st.builds(
        lambda mail, sign: mail.replace("@", sign),
        st.emails() | st.just("太郎@例え.jp"),
        st.sampled_from("@＠﹫"),
    )


def telephones() -> st.SearchStrategy[str]:
    """Draw Japanese and international numbers in the ways they are written."""
    digits = st.text("0123456789", min_size=4, max_size=4)
    return st.builds(
        lambda front, middle, last, form: form.format(front, middle, last),
        st.sampled_from(("03", "06", "045", "090", "0120", "+81 90", "+8190", "0081-3")),
        digits,
        digits,
        st.sampled_from(("{}-{}-{}", "{}({}){}", "{} {} {}", "{}{}{}", "{}.{}.{}", "（{}）{}−{}")),
    ) | st.from_regex(r"\+(?:1|44|86)[0-9]{9,11}", fullmatch=True)


def tokens() -> st.SearchStrategy[str]:
    """Draw what programs make up: hexadecimal and base64 of random bytes, web tokens, UUIDs."""
    secret = st.binary(min_size=16, max_size=40)
    return (
        secret.map(lambda each: each.hex())
        | secret.map(lambda each: each.hex().upper())
        | st.uuids().map(str)
        | st.uuids().map(lambda each: str(each).upper())
        | secret.map(lambda each: f"eyJhbGciOiJub25lIn0.eyJ{each.hex()}.")
    )


def someones() -> st.SearchStrategy[str]:
    """Draw anything that points at somebody."""
    long_numbers = st.text("0123456789", min_size=6, max_size=30)
    return mails() | telephones() | tokens() | written_numbers() | long_numbers


@given(individual_numbers(), st.integers(0, 11), st.integers(1, 9))
def test_a_made_up_individual_number_is_one_and_with_a_wrong_digit_is_none(
    number: str, place: int, by: int
) -> None:
    changed = (int(number[place]) + by) % 10
    wrong = f"{number[:place]}{changed}{number[place + 1 :]}"

    assert int(number[-1]) == check_digit(number[:-1])
    # Of digits whose check comes out as 10 or as 0, both are written 0.
    if number[-1] != "0" and wrong[-1] != "0":
        assert int(wrong[-1]) != check_digit(wrong[:-1])


@given(written_numbers())
def test_an_individual_number_is_seen_in_half_and_full_width_and_with_any_hyphen(
    written: str,
) -> None:
    assert points_at_someone(written)
    assert points_at_someone(f"番号{written}です")
    # A declared key may hold page numbers of nine digits, never twelve.
    assert points_at_someone(written, longest_run=9)


@given(someones(), st.sampled_from(["/{}", "/a/{}/b", "/{}.html", "/x-{}", "/市民{}様"]))
def test_no_page_file_or_missing_address_keeps_what_points_at_somebody(
    someone: str, where: str
) -> None:
    address = where.format(quote(someone, safe=""))
    name = page_of(split_address(address), (), 1).name

    assert MASK in name
    assert _told(someone, name) == ""
    assert _told(someone, download_mark(f"{address}/plan.pdf", ("pdf",))[1]) == ""


@given(someones())
def test_no_search_keeps_what_points_at_somebody(someone: str) -> None:
    assert search_mark(someone) in (("search", OTHER), None)
    assert search_mark(f"住民票 {someone}") == ("search", OTHER)


@given(someones())
def test_no_declared_key_of_a_query_keeps_what_points_at_somebody(someone: str) -> None:
    name = page_of(split_address(f"/list?id={quote(someone, safe='')}"), ("id",), 1).name

    digits = sum(map(str.isdecimal, unicodedata.normalize("NFKC", someone)))
    # Numbers of up to nine digits are numbers of pages.
    assert name == f"/list?id={MASK}" or digits <= 9


@given(st.text("0123456789", min_size=6, max_size=20), st.sampled_from(("{}.com", "a{}.jp")))
def test_no_domain_keeps_a_number_of_somebody(number: str, where: str) -> None:
    url = f"https://{where.format(number)}/"

    assert domain_of(url) == OTHER
    assert outbound_mark(url) == ("outbound", OTHER)


@given(
    st.lists(st.text(LETTERS, min_size=1, max_size=12), min_size=1, max_size=6).map("-".join)
    | st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%Y-%m-%d}")
    | st.integers(0, 99_999).map(str)
    | st.sampled_from(["令和6年度予算", "住民票の写し", "RFC2616", "plan_2026.pdf", "第3回会議録"])
)
def test_words_dates_and_small_numbers_stay(word: str) -> None:
    assert not points_at_someone(word)


@pytest.mark.parametrize("segment", ["2026-11", "2026.11.23", "v1.2.3", "page-12345", "r06"])
def test_what_is_no_number_of_anybody_stays(segment: str) -> None:
    assert page_of(split_address(f"/a/{segment}"), (), 1).name == f"/a/{segment}"


def _told(someone: str, kept: str) -> str:
    """Return what *kept* tells of *someone*: a run of four of its letters or digits."""
    folded, shown = (unicodedata.normalize("NFKC", text) for text in (someone, kept))
    runs = (folded[at : at + 4] for at in range(len(folded) - 3))
    return next((run for run in runs if run.isalnum() and run in shown), "")
