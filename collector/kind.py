"""What a hit tells: that a page was read, that something happened there, or for how long."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of hits; the values are the field ``type`` of our own form."""

    VIEW = "view"
    """A page was shown."""
    EVENT = "event"
    """Something with a name happened on it."""
    OUTBOUND = "outbound"
    """A link that leads away from the site was followed."""
    DOWNLOAD = "download"
    """A file was fetched by a link."""
    NOT_FOUND = "not_found"
    """The address led nowhere, which the page that says so tells instead of a view."""
    ENGAGEMENT = "engagement"
    """How long the page was in view since the last time, and how far down it was read."""
