"""A site that is counted: its host, its zone, and what its operator declared."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.policy import PublicationPolicy

DOWNLOADS = (
    *("csv", "doc", "docx", "ics", "jtd", "key", "numbers", "odp", "ods", "odt", "pages", "pdf"),
    *("ppt", "pptx", "rtf", "txt", "xls", "xlsm", "xlsx", "epub", "shp"),
    *("7z", "gz", "tar", "zip", "mov", "mp3", "mp4", "tif", "tiff", "wav"),
)
"""Endings of files that are fetched to be kept, unless a site declares its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One counted site. *host* is lower case without ``www.``; *aliases* are other hosts of it.

    *campaigns*, *events*, *query_keys* and *properties* (``key=value``) are the declared values;
    anything else becomes ``(other)`` or is dropped. *search_keys* are the keys of the query under
    which search pages name what is looked for, *downloads* the endings of files that are
    downloads (none: `DOWNLOADS`). *known_as* is what trackers of other products call the site,
    such as ``matomo:3``. *demonstration* marks made-up data, which wears a banner.
    *excluded_networks*, *excluded_hosts* and *excluded_paths* are not counted, nor are visits from
    *spam_referrers*. *sections* are rules of the form ``/path/*=Name``, the first that fits.
    *policies* are the versions of its decisions about publications, the oldest first; *goals*
    those of what visits are to reach, and *funnels* those of the ways to there, by name and the
    oldest first.
    """

    host: str
    zone: ZoneInfo
    aliases: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    query_keys: tuple[str, ...] = ()
    search_keys: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()
    section_depth: int = 1
    sections: tuple[str, ...] = ()
    excluded_networks: tuple[str, ...] = ()
    excluded_hosts: tuple[str, ...] = ()
    excluded_paths: tuple[str, ...] = ()
    spam_referrers: tuple[str, ...] = ()
    demonstration: bool = False
    policies: tuple[PublicationPolicy, ...] = ()
    goals: tuple[Goal, ...] = ()
    funnels: tuple[Funnel, ...] = ()
