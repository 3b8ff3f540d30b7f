"""Bundles: the same bytes from the same figures, whole or not there, read by other programs."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aggregator.publish.bundle import files_of, read, signed
from aggregator.publish.licences import LICENCES
from oboro.errors import Conflict, OboroError
from oboro.publication import Gap
from tests.support.bundles import KEY, PAGES, a_bundle, bundle_of, three_tables


def test_the_same_publication_is_the_same_bytes() -> None:
    assert bundle_of(three_tables()) == bundle_of(three_tables())


def test_a_bundle_has_its_tables_words_and_signature() -> None:
    assert sorted(bundle_of(three_tables())) == [
        *("LICENSE.txt", "SHA256SUMS", "SHA256SUMS.minisig"),
        *("data/devices.csv", "data/pages.csv", "data/totals.csv", "datapackage.json"),
        *("index.html", "ja/index.html", "method.en.md", "method.ja.md", "oboro.pub"),
        "publication.json",
    ]


def test_rows_stand_in_the_order_of_keys_with_negative_draws_as_they_are() -> None:
    assert bundle_of(three_tables())["data/pages.csv"].decode() == (
        "key,draw,draw_low,draw_high,figure,low,high\n"
        "(other),-4,-7,-1,0,0,3\n"
        "/,800,797,803,800,797,803\n"
        "/広報,300,297,303,300,297,303\n"
    )


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_method_tells_the_parameters_the_gaps_and_the_label(language: str) -> None:
    publication = three_tables(
        label="objections-not-knowable",
        gaps=(Gap(day="2026-10-07", code="void"), Gap(day="2026-10-08", code="new")),
        previous="ab" * 32,
    )
    text = bundle_of(publication)[f"method.{language}.md"].decode()

    for told in ("Asia/Tokyo", "11/20", "160/11", "2026-09-30", "`void`", "`new`", "ab" * 32):
        assert told in text
    assert {"en": "may be in them", "ja": "含まれている可能性"}[language] in text
    assert "$" not in text
    # Of these figures it cannot be said that nobody in them objected.
    assert OBJECTED_ARE_OUT[language] not in text


OBJECTED_ARE_OUT = {"en": "is in no figure", "ja": "どの数値にも含まれません"}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_method_says_that_who_objected_is_in_no_figure(language: str) -> None:
    text = bundle_of(three_tables())[f"method.{language}.md"].decode()

    assert f"{OBJECTED_ARE_OUT[language]}" in text
    assert "$" not in text


@pytest.mark.parametrize("licence", LICENCES)
def test_the_licence_is_the_one_that_was_chosen(licence: str) -> None:
    contents = files_of(three_tables(), LICENCES[licence], {})

    assert LICENCES[licence].address in contents["LICENSE.txt"].decode()
    assert json.loads(contents["datapackage.json"])["licenses"][0]["name"] == licence
    assert ("example.jp" in contents["LICENSE.txt"].decode()) is LICENCES[licence].names_source


def test_a_page_cannot_take_the_place_of_a_file_of_figures() -> None:
    with pytest.raises(ValueError, match=r"data/totals\.csv"):
        files_of(three_tables(), LICENCES["CC-BY-4.0"], {"data/totals.csv": b""})


def test_frictionless_finds_the_data_package_valid(tmp_path: Path) -> None:
    report = validated(a_bundle(tmp_path / "bundle"))

    assert (report["valid"], report["stats"]["tasks"]) == (True, 3)


def test_frictionless_finds_a_changed_table(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    path = bundle / "data" / "pages.csv"
    path.write_bytes(path.read_bytes().replace(b"800", b"801", 1))

    assert validated(bundle)["valid"] is False


def validated(bundle: Path) -> Any:
    """Return what ``frictionless validate`` says; as a process, since it brings its own imports."""
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=bundle,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)


def test_a_bundle_that_is_there_stays_and_another_is_refused(tmp_path: Path) -> None:
    place = a_bundle(tmp_path / "bundle")
    a_bundle(place)

    with pytest.raises(Conflict, match=f"{place} is there already"):
        a_bundle(place, three_tables(number=2))
    assert read(place) == bundle_of(three_tables())


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = iter(range(5))

    def fsync(_descriptor: int) -> None:
        if next(writes) == 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        with pytest.raises(OboroError, match="bundle cannot be written: No space left on device"):
            a_bundle(tmp_path / "bundle")

    assert list(tmp_path.iterdir()) == []
    a_bundle(tmp_path / "bundle")


def test_what_an_interrupted_run_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".bundle.unfinished").mkdir()
    (tmp_path / ".bundle.unfinished" / "data.csv").write_text("half")

    a_bundle(tmp_path / "bundle")

    assert read(tmp_path / "bundle") == bundle_of(three_tables())
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_standard_tools_check_the_sums(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=a_bundle(tmp_path / "bundle"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.count(": OK\n")) == (0, 11)


def test_pages_are_signed_with_the_rest() -> None:
    contents = signed(dict(PAGES), three_tables(), KEY)

    assert all(name in contents["SHA256SUMS"].decode() for name in PAGES)
