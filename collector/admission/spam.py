"""Refuse visits from domains that make them up, to be seen and followed in reports."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from collector.arrival import Arrival
from collector.coarsen.referrer import referring_host
from oboro.errors import UsageError
from oboro.hosts import known_form
from oboro.outcomes import Outcome
from oboro.sites import Site


class SpamReferrers:
    """The check, with the list of domains that the setting names; each stands for all below it."""

    def __init__(self, listed: Set[str] = frozenset()) -> None:
        self._listed = listed

    def __call__(self, arrival: Arrival, site: Site) -> Outcome | None:
        """Object to a referrer on the list, or on the site's own."""
        if not arrival.referrer or not (self._listed or site.spam_referrers):
            return None
        labels = referring_host(arrival.referrer).split(".")
        for start in range(len(labels)):
            domain = ".".join(labels[start:])
            if domain in self._listed or domain in site.spam_referrers:
                return Outcome.SPAM
        return None


def read_spam_referrers(path: Path | None) -> frozenset[str]:
    """Return the domains in the file at *path*, one a line; ``#`` begins a remark.

    That is the form of the list that Matomo's community keeps; a `UsageError` names what is wrong.
    """
    if path is None:
        return frozenset()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise UsageError(
            f"OBORO_SPAM_REFERRERS names {path}, which cannot be read: {why}; "
            "name a file with one domain a line"
        ) from None
    found = (known_form(line.partition("#")[0]) for line in lines)
    return frozenset(domain for domain in found if domain)
