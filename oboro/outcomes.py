"""Why an arrival was or was not counted: exactly one outcome for each.

An opted-out visitor has no outcome: nothing about the visit is kept, not even a tally.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """What became of an arrival. The values label a metric and the table ``outcomes``."""

    COUNTED = "counted"
    """Taken apart into facts."""
    ENGAGEMENT = "engagement"
    """It told how long a page was in view; it adds to its visit, and is no view of its own."""
    UNKNOWN_SITE = "unknown_site"
    """It named a site that is not registered here; tallied under no site."""
    BOT = "bot"
    """The agent is a crawler, a monitor or a program."""
    PREFETCH = "prefetch"
    """The browser fetched ahead; nobody has seen the page yet."""
    EXCLUDED_NETWORK = "excluded_network"
    """It came from a network that the site's operator excluded."""
    EXCLUDED_HOST = "excluded_host"
    """The page was shown under a host that the site's operator excluded."""
    EXCLUDED_PATH = "excluded_path"
    """The page's path is one that the site's operator excluded."""
    STAGING = "staging"
    """The page was shown where a site is built and tried out, not where people read it."""
    SPAM = "spam"
    """The referrer is a domain that sends made-up visits to be seen in reports."""
    DATA_CENTRE = "data_centre"
    """It came from a data centre's network, where programs live and people do not."""
    RATE = "rate"
    """Its network sent more hits within a minute than people do."""
    INVALID = "invalid"
    """The hit could not be read: missing fields, wrong types, control characters."""
    LATE = "late"
    """It belongs to a day that is closed."""
    ASSET = "asset"
    """A log line for an image, a script, a style sheet or another part of a page."""
    FEED = "feed"
    """A log line for a feed, fetched by readers' programs on a timetable."""
    STATUS = "status"
    """A log line whose answer was neither 200 nor 304."""
    METHOD = "method"
    """A log line whose method was not GET."""
    OPTED_OUT_IN_LOG = "opted_out"
    """A log line that carries the visitor's objection; tallied in the import's answer only."""


class OutcomeCount(NamedTuple):
    """How many arrivals of *site* on *day* ended in *outcome*."""

    site: str
    day: date
    outcome: str
    n: int
