"""A publication: figures that passed disclosure control, the only kind that leaves the house.

It is what the pages for everybody are made from, what the bundle's ``publication.json`` holds and
what an attacker is assumed to have. It holds nothing else: no moment of the clock, no tally, no
count that was not drawn. Days are written ``2026-11-01``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from oboro.errors import OboroError

FORMAT = 1
"""The version of this layout; a reader of another version refuses."""
FILE = "publication.json"
"""What the file is called in a bundle."""


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is published under one key, in visitor-days, with 95 % intervals.

    *draw* is the sum of the periods' noisy counts, as they were drawn: it may be negative, and
    draws may be added up. *figure* is that draw brought into agreement with the other tables: never
    negative, and equal to the total where a table's figures add up to one.
    """

    key: str
    draw: int
    draw_low: int
    draw_high: int
    figure: int
    low: int
    high: int


class PublicKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a table's keys come from: never from what was counted.

    *kind* is that of `oboro.contributions.Keys`. *listed_on* is the day on which the operator gave
    the list, None for a list that ships with the program or that was there before anything was
    counted.
    """

    kind: Literal["closed", "listed"]
    version: int
    listed_on: str | None = None


class PublishedTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table: what it counts, what one visitor-day may add to it, what was added, its figures.

    *epsilon* and *scale* are exact fractions (``11/20``). *scale* is that of one period's noise;
    a figure holds as many draws as there are periods. *figures* stand in the order of their keys.
    """

    name: str
    topic: str
    bound: Literal["once", "distinct"]
    l0: int
    linf: int
    epsilon: str
    scale: str
    mechanism: Literal["discrete Laplace"]
    key_set: PublicKeys
    purpose: str
    figures: tuple[Figure, ...]


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day that is not in the figures, or not whole, and a fixed code that says why; no count."""

    day: str
    code: str


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The figures of one site for one or more whole periods, and how they were made.

    *number* counts the site's publications from 1; *previous* is the SHA-256 of the ``SHA256SUMS``
    of the one before. *distinct* is K, the most pages counted of one visitor-day. *label* says what
    must be said with the figures, and is empty where nothing must. *software* is the version of
    the program that drew.
    """

    site: str
    zone: str
    first: str
    last: str
    cadence: Literal["day", "week", "month"]
    periods: tuple[tuple[str, str], ...]
    policy_version: int
    epsilon: str
    distinct: int
    number: int
    previous: str | None
    label: Literal["", "objections-not-knowable", "demonstration"]
    gaps: tuple[Gap, ...]
    tables: tuple[PublishedTable, ...]
    software: str
    format: int = FORMAT


class NotAPublication(OboroError):
    """The bytes are not a publication of a format that is known here."""


def encode(publication: Publication) -> bytes:
    """Return *publication* as JSON; the same publication is always the same bytes."""
    return msgspec.json.encode(publication) + b"\n"


def decode(written: bytes) -> Publication:
    """Return the publication that `encode` wrote, or raise `NotAPublication`."""
    try:
        publication = msgspec.json.decode(written, type=Publication)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAPublication(f"{FILE} is not a publication: {error}") from None
    if publication.format != FORMAT:
        raise NotAPublication(
            f"{FILE} is of format {publication.format}, this program reads format {FORMAT}"
        )
    return publication
