"""Decide whether an arrival is counted: an ordered tuple of checks, the first objection stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from collector.admission.bot import is_bot
from collector.admission.excluded import is_excluded_host, is_excluded_network, is_excluded_path
from collector.admission.invalid import is_invalid
from collector.admission.prefetch import is_prefetch
from collector.admission.spam import SpamReferrers, read_spam_referrers
from collector.admission.staging import is_staging
from collector.arrival import Arrival
from oboro.outcomes import Outcome
from oboro.settings import Settings
from oboro.sites import Site

Check = Callable[[Arrival, Site], Outcome | None]


class Databases(Protocol):
    """What tells a data centre's network."""

    def is_data_centre(self, arrival: Arrival, site: Site) -> Outcome | None:
        """Object to an arrival from one."""
        ...


def checks(spam: Check | None = None, *more: Check) -> tuple[Check, ...]:
    """Return the checks in their order, with *spam* in the place of the sites' own lists alone.

    First whether it is a page at all, then what the operator decided, then what the hit says of
    itself. The order decides which reason a hit with several is counted under.
    """
    return (
        is_invalid,
        is_prefetch,
        is_excluded_network,
        is_excluded_host,
        is_excluded_path,
        is_staging,
        spam or SpamReferrers(),
        is_bot,
        *more,
    )


CHECKS = checks()


def checks_by(settings: Settings, databases: Databases | None = None) -> tuple[Check, ...]:
    """Return the checks with the lists that *settings* name, and with *databases* where given."""
    spam = SpamReferrers(read_spam_referrers(settings.spam_referrers))
    if databases is None or not settings.refuse_data_centres:
        return checks(spam)
    return checks(spam, databases.is_data_centre)


def admit(arrival: Arrival, site: Site, checks: Sequence[Check] = CHECKS) -> Outcome | None:
    """Return the first objection any check raises, or nothing."""
    for check in checks:
        if objection := check(arrival, site):
            return objection
    return None
