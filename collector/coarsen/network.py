"""Name the network a visitor comes through, where it is large enough to hide in.

The table is the one of the npm package ``@ip-location-db/asn``: ranges of addresses, each with the
number and the name of the network that announces it, by Route Views and DB-IP.
"""

from __future__ import annotations

import csv
from array import array
from bisect import bisect_right
from collections import Counter
from ipaddress import IPv6Address
from pathlib import Path

from collector.coarsen.data_centres import DATA_CENTRES
from oboro.errors import OboroError
from oboro.facts import OTHER, UNKNOWN

LEAST_ADDRESSES = 65_536
"""IPv4 addresses a network must announce, in all, for its name to be kept."""
_LONGEST = 80
_UPPER = 64
"""The half of an IPv6 address that a truncated network lies in."""


class Networks:
    """A table of networks by range. Empty, it names none."""

    def __init__(self) -> None:
        self._starts: dict[int, array[int]] = {4: array("Q"), 16: array("Q")}
        self._ends: dict[int, array[int]] = {4: array("Q"), 16: array("Q")}
        self._numbers: dict[int, array[int]] = {4: array("Q"), 16: array("Q")}
        self._names: dict[int, str] = {}

    @classmethod
    def read(cls, ipv4: Path, ipv6: Path) -> Networks:
        """Read both files; an `OboroError` names the one that is no such table."""
        table = cls()
        size: Counter[int] = Counter()
        names: dict[int, str] = {}
        for path, width in ((ipv4, 4), (ipv6, 16)):
            try:
                with path.open(encoding="utf-8", newline="") as lines:
                    for first, last, number, name in csv.reader(lines):
                        start, end, asn = _address(first, width), _address(last, width), int(number)
                        table._append(width, start, end, asn)
                        names.setdefault(asn, name)
                        if width == 4:
                            size[asn] += end - start + 1
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is no table of networks"
                raise OboroError(
                    f"{path} cannot be read: {why}; get it again: oboro database add network"
                ) from None
        table._names = {
            asn: names[asn][:_LONGEST] for asn, n in size.items() if n >= LEAST_ADDRESSES
        }
        return table

    def __bool__(self) -> bool:
        return bool(self._starts[4])

    def name_of(self, network: bytes) -> str:
        """Return the name of *network*; ``(other)`` for one too small, empty without a table."""
        if not self:
            return ""
        number = self.number_of(network)
        return UNKNOWN if number is None else self._names.get(number) or OTHER

    def in_data_centre(self, network: bytes) -> bool:
        """Tell whether *network* is a hosting provider's."""
        return bool(self) and self.number_of(network) in DATA_CENTRES

    def number_of(self, network: bytes) -> int | None:
        """Return the number of the network that announces *network*, if one does."""
        if len(network) not in self._starts:
            return None
        width = len(network)
        address = int.from_bytes(network[:8] if width == 16 else network, "big")
        at = bisect_right(self._starts[width], address) - 1
        if at < 0 or address > self._ends[width][at]:
            return None
        return self._numbers[width][at]

    def _append(self, width: int, start: int, end: int, number: int) -> None:
        if self._starts[width] and start < self._starts[width][-1]:
            raise ValueError("ranges are out of order")
        self._starts[width].append(start)
        self._ends[width].append(end)
        self._numbers[width].append(number)


def _address(text: str, width: int) -> int:
    if width == 4:
        return int(text)
    # Written out in full, or as a number; the lower half is finer than what is ever asked.
    number = int(text) if text.isdecimal() else int(IPv6Address(text))
    return number >> _UPPER
