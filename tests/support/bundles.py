"""Signed bundles of made-up publications, on disk."""

from __future__ import annotations

from pathlib import Path

from aggregator.publish.bundle import files_of, put, signed
from aggregator.publish.licences import LICENCES
from aggregator.publish.minisign import SecretKey
from oboro.publication import Publication, PublicKeys
from oboro.randomness import SeededRandomness
from tests.support.publications import a_figure, a_publication, a_table

KEY = SecretKey.new(SeededRandomness(1))
PAGES = {"index.html": b"<!doctype html>", "ja/index.html": "<p>公表</p>".encode()}


def three_tables(**changed: object) -> Publication:
    """Return a publication of totals, listed pages and devices."""
    return a_publication(
        a_table("totals"),
        a_table(
            "pages",
            a_figure("(other)", -4),
            a_figure("/", 800),
            a_figure("/広報", 300),
            bound="distinct",
            l0=8,
            scale="160/11",
            epsilon="11/20",
            key_set=PublicKeys(kind="listed", version=2, listed_on="2026-09-30"),
        ),
        a_table("devices", a_figure("desktop", 400), a_figure("mobile", 600)),
        **changed,
    )


def bundle_of(publication: Publication, key: SecretKey = KEY) -> dict[str, bytes]:
    """Return all files of the bundle of *publication*."""
    return signed(files_of(publication, LICENCES["CC-BY-4.0"], PAGES), publication, key)


def a_bundle(place: Path, publication: Publication | None = None, key: SecretKey = KEY) -> Path:
    """Write a bundle to *place* and return that."""
    put(bundle_of(publication or three_tables(), key), place)
    return place
