"""What coarsening makes of an arrival: nothing in it singles anyone out by itself.

Nothing changes a `Coarse` or its surroundings once they are made. They are not frozen, since that
would more than double what making them costs, and each hit makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from oboro.funnels import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a visit came from. A hit from within the site itself has none (``None``)."""

    source: str
    channel: str
    referrer: str
    campaign: str


@dataclass(slots=True, unsafe_hash=True, kw_only=True)
class Surroundings:
    """What does not depend on the page: place, browser, system, device, screen, language.

    *region* and *network* are empty where there is no database that tells them.
    """

    country: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str
    screen: str
    language: str
    region: str = ""
    network: str = ""


Mark = tuple[str, str]
"""A topic that not every hit has, and its value: an event, a property, a search."""


@dataclass(slots=True, unsafe_hash=True, kw_only=True)
class Coarse:
    """A hit in coarse values. What is no *view* happened on the page; its *marks* say what.

    *steps* are those of funnels that it fits; which of them its visit takes, the ledger says.
    """

    page: str
    section: str
    view: bool = True
    marks: tuple[Mark, ...] = ()
    steps: tuple[Step, ...] = ()
    origin: Origin | None
    surroundings: Surroundings
