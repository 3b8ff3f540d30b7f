"""Describe a bundle's tables for other programs: ``datapackage.json`` with a data dictionary.

Standard: https://specs.frictionlessdata.io/data-package/
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from typing import Any

import msgspec

from aggregator.publish.licences import Licence
from aggregator.publish.method import purpose_of
from oboro.publication import Figure, Publication, PublishedTable

FILE = "datapackage.json"
COLUMNS = Figure.__struct_fields__

_COLUMN_MEANINGS = {
    "key": ("what is counted", "数えた対象"),
    "draw": (
        "visitor-days with their noise, as drawn; may be negative, and draws may be added up",
        "ノイズを加えた延べ訪問者数（日単位）。負になることがあり、足し合わせることができる",
    ),
    "draw_low": ("lower end of the draw's margin, 95 %", "draw の誤差幅の下端（95 %）"),
    "draw_high": ("upper end of the draw's margin, 95 %", "draw の誤差幅の上端（95 %）"),
    "figure": (
        "visitor-days, never negative, in agreement between tables",
        "延べ訪問者数（日単位）。負にならず、表の間で整合する",
    ),
    "low": ("lower end of the figure's margin, 95 %", "figure の誤差幅の下端（95 %）"),
    "high": ("upper end of the figure's margin, 95 %", "figure の誤差幅の上端（95 %）"),
}


def csv_path(table: str) -> str:
    """Return where the rows of *table* lie in a bundle."""
    return f"data/{table}.csv"


def csv_of(table: PublishedTable) -> bytes:
    """Return the rows of *table* as CSV in UTF-8, with a head, in the order of their keys."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (each.key, each.draw, each.draw_low, each.draw_high, each.figure, each.low, each.high)
        for each in table.figures
    )
    return text.getvalue().encode()


def data_package(
    publication: Publication, licence: Licence, contents: Mapping[str, bytes]
) -> bytes:
    """Return ``datapackage.json`` for the tables whose CSV files *contents* holds."""
    stretch = f"{publication.first} – {publication.last}"
    slug = f"{publication.site}-{publication.first}-{publication.last}"
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": slug.lower().replace(":", "-"),
        "title": f"{publication.site}, {stretch}",
        "description": "Visitor-days with differential privacy; see method.en.md. / "
        "差分プライバシーを適用した延べ訪問者数（日単位）。method.ja.md を参照。",
        "version": str(publication.number),
        "licenses": [{"name": licence.name, "title": licence.title, "path": licence.address}],
        "resources": [_resource(table, contents) for table in publication.tables],
    }
    return msgspec.json.format(msgspec.json.encode(package), indent=2) + b"\n"


def _resource(table: PublishedTable, contents: Mapping[str, bytes]) -> dict[str, Any]:
    content = contents[csv_path(table.name)]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": csv_path(table.name),
        "title": f"{table.purpose} / {purpose_of(table.name, table.purpose, 'ja')}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [
                {
                    "name": name,
                    "type": "string" if name == "key" else "integer",
                    "description": " / ".join(_COLUMN_MEANINGS[name]),
                    "constraints": {
                        "required": True,
                        **({"unique": True} if name == "key" else {}),
                    },
                }
                for name in COLUMNS
            ],
            "primaryKey": ["key"],
        },
    }
