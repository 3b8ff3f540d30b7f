"""What is left of a key between its visits, packed into one string of bytes.

Most keys of a day have no open visit. Of them only the last hit, what was carried and the pages
that were contributed are still needed; as objects these would take three times the memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from struct import Struct

from collector.packed_traits import MOST_PACKED, Seen, packed

_HEAD = Struct("<dB")
"""The last hit, and how many pages follow; then come the numbers of traits."""
_EACH = 4
_FOUR_BYTES = "I"
_NO_PAGES = 255
MOST_PAGES = _NO_PAGES - 1
"""Pages that fit; a key that contributes more of them stays as it is."""


class PageNumbers:
    """The numbers of pages that a site's keys contributed on one day; it only ever grows."""

    __slots__ = ("_by_number", "given")

    def __init__(self, given: dict[str, int] | None = None) -> None:
        self.given = {} if given is None else given
        self._by_number = list(self.given)

    def of(self, pages: Iterable[str]) -> array[int]:
        """Return the numbers of *pages*; one that was never met gets the next."""
        numbers = array(_FOUR_BYTES)
        for page in pages:
            number = self.given.setdefault(page, len(self.given))
            if number == len(self._by_number):
                self._by_number.append(page)
            numbers.append(number)
        return numbers

    def pages(self, numbers: bytes) -> tuple[str, ...]:
        """Return the pages whose *numbers* were packed."""
        return tuple([self._by_number[number] for number in array(_FOUR_BYTES, numbers)])


def put_to_rest(
    last: float, seen: Seen, pages: tuple[str, ...] | None, numbers: PageNumbers
) -> bytes:
    """Return *last*, *seen* and *pages* as bytes.

    >>> numbers = PageNumbers()
    >>> woken(put_to_rest(7.5, packed([3, 4]), ("/a", "/b"), numbers), numbers)[2]
    ('/a', '/b')
    """
    carried = packed(seen) if isinstance(seen, set) else seen
    if pages is None:
        return _HEAD.pack(last, _NO_PAGES) + carried
    return _HEAD.pack(last, len(pages)) + numbers.of(pages).tobytes() + carried


def woken(rest: bytes, numbers: PageNumbers) -> tuple[float, Seen, tuple[str, ...] | None]:
    """Return what `put_to_rest` packed; of a wide key, a set of its own."""
    last, count = _HEAD.unpack_from(rest)
    pages: tuple[str, ...] | None = None
    begin = _HEAD.size
    if count != _NO_PAGES:
        end = begin + _EACH * count
        pages, begin = numbers.pages(rest[begin:end]), end
    carried = rest[begin:]
    if len(carried) > MOST_PACKED * _EACH:
        return last, set(array(_FOUR_BYTES, carried)), pages
    return last, carried, pages
