"""What a request said, for the length of one call: never logged, kept, pickled or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from collector.kind import Kind

NOTHING: Mapping[str, str] = {}


@dataclass(slots=True, repr=False, eq=False, kw_only=True)
class Arrival:
    """One hit as it came in, its address already truncated.

    *network* is the packed network address (4 bytes for a /24, 16 for a /48, empty when there
    is none); the address itself never reaches this class. *name* is an event's, *target* the
    address that a link leads to, *search* what was looked for; *engaged* (seconds) and *scroll*
    (percent of the page) are those of an engagement. *late* marks one whose sender says that it
    was on a day that is over: the day's keys are gone, so that it cannot be counted.
    *hints* holds lower-case client-hint and fetch-metadata headers. Nothing changes an arrival; it
    is not frozen, since that would triple what making one costs.
    """

    site: str
    at: datetime
    network: bytes
    agent: str
    language: str
    url: str
    referrer: str = ""
    kind: Kind = Kind.VIEW
    name: str = ""
    target: str = ""
    search: str = ""
    props: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    engaged: float = 0.0
    scroll: int = 0
    width: int | None = None
    late: bool = False
    hints: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    def __repr__(self) -> str:
        return "<Arrival>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Arrival is never written anywhere")
