"""A site that is counted: its host, its zone, and what its operator declared."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from oboro.policy import PublicationPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One counted site. *host* is lower case without ``www.``; *aliases* are other hosts of it.

    *campaigns*, *events* and *query_keys* are the declared values; anything else becomes
    ``(other)`` or is dropped. *known_as* is what trackers of other products call the site, such as
    ``matomo:3``. *demonstration* marks made-up data, which wears a banner.
    *excluded_networks*, *excluded_hosts* and *excluded_paths* are not counted, nor are visits from
    *spam_referrers*. *sections* are rules of the form ``/path/*=Name``, the first that fits.
    *policies* are the versions of its decisions about publications, the oldest first.
    """

    host: str
    zone: ZoneInfo
    aliases: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    query_keys: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()
    section_depth: int = 1
    sections: tuple[str, ...] = ()
    excluded_networks: tuple[str, ...] = ()
    excluded_hosts: tuple[str, ...] = ()
    excluded_paths: tuple[str, ...] = ()
    spam_referrers: tuple[str, ...] = ()
    demonstration: bool = False
    policies: tuple[PublicationPolicy, ...] = ()
