"""Sums as bytes and back: msgpack behind a checksum, in the order of the labels.

The order says nothing of the order in which hits came, and damage is noticed rather than counted.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import Annotated, Any

import msgspec

from collector.spooling.tables import Labels, SpooledTable, Sums, add_up
from oboro.errors import OboroError

Count = Annotated[int, msgspec.Meta(ge=0)]
CHECKSUM_BYTES = 4


class DamagedBlob(OboroError):
    """Bytes of the spool that are not what was written."""


def pack(sums: Sums) -> bytes:
    """Return *sums* as bytes; text that is not Unicode becomes replacement characters."""
    try:
        body = _body(sums)
    except UnicodeEncodeError:
        # One unreadable value must not fail a commit that holds a thousand hits.
        body = _body(add_up((_unicode(labels), counts) for labels, counts in sums.items()))
    return zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "big") + body


def unpack(table: SpooledTable, blob: bytes, *, sites: bool = False) -> Sums:
    """Return the sums in *blob*; with *sites*, each key begins with a site.

    Raises `DamagedBlob` when the bytes do not match their checksum or *table*.
    """
    labels = len(table.labels) + sites
    return {row[:labels]: list(row[labels:]) for row in rows_in(table, blob, sites=sites)}


def rows_in(table: SpooledTable, blob: bytes, *, sites: bool = False) -> list[tuple[Any, ...]]:
    """Return the rows in *blob*, labels and counts one after the other; otherwise like `unpack`."""
    body = blob[CHECKSUM_BYTES:]
    if zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "big") != blob[:CHECKSUM_BYTES]:
        raise DamagedBlob("the checksum does not match")
    labels = len(table.labels) + sites
    try:
        rows: list[tuple[Any, ...]] = _decoder(labels, len(table.counts)).decode(body)
    except msgspec.DecodeError:
        # The decoder's own words could repeat a value.
        raise DamagedBlob(f"not rows of {table.name}") from None
    return rows


@cache
def _decoder(labels: int, counts: int) -> msgspec.msgpack.Decoder[Any]:
    row: Any = tuple[(str,) * labels + (Count,) * counts]  # type: ignore[misc]  # a type made at run time
    return msgspec.msgpack.Decoder(list[row])


def _body(sums: Sums) -> bytes:
    return msgspec.msgpack.encode([(*labels, *counts) for labels, counts in sorted(sums.items())])


def _unicode(labels: Labels) -> Labels:
    return tuple(label.encode("utf-8", "replace").decode() for label in labels)
