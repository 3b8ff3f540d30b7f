"""How a site is declared: what is checked of it, and the row it is kept as."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Boolean, Column, Connection, Integer, MetaData, String, Table

from oboro import definition_versions, policies
from oboro.errors import UsageError
from oboro.goals import composed
from oboro.hosts import checked_host
from oboro.patterns import checked_host_pattern, checked_network, checked_path, checked_section
from oboro.sites import Site

METADATA = MetaData()


def _declared(name: str, comment: str) -> Column[Any]:
    """Return a column for a list that catalogs of earlier versions do not have: there it is empty.

    `oboro.catalog_upgrade` adds it to those.
    """
    return Column(name, JSON, nullable=False, server_default="[]", comment=comment)


LONGEST_PROPERTY = 100
"""Characters of a declared property, key and value together."""
KNOWN_AS = re.compile(r"(?:umami|goatcounter|matomo):[!-~]{1,253}")
"""How a site is called by another product: the product, and its own name for the site."""

SITES = Table(
    "sites",
    METADATA,
    Column("host", String, primary_key=True, comment="host without www."),
    Column("zone", String, nullable=False, comment="zone whose midnight ends a day"),
    Column("aliases", JSON, nullable=False, comment="other hosts of the site"),
    Column("campaigns", JSON, nullable=False, comment="declared campaigns"),
    Column("events", JSON, nullable=False, comment="declared events"),
    Column("query_keys", JSON, nullable=False, comment="keys of the query that name pages"),
    _declared("search_keys", "keys of the query that name what is looked for"),
    _declared("properties", "declared properties, each key=value"),
    _declared("downloads", "endings of files that are downloads"),
    _declared("known_as", "names in other products' trackers"),
    Column("section_depth", Integer, nullable=False, comment="path segments in a section"),
    _declared("sections", "rules of sections"),
    _declared("excluded_networks", "networks that are not counted"),
    _declared("excluded_hosts", "hosts that are not counted"),
    _declared("excluded_paths", "paths that are not counted"),
    _declared("spam_referrers", "domains that make visits up"),
    Column("demonstration", Boolean, nullable=False, comment="made-up data"),
)

RULES = ("sections", "excluded_networks", "excluded_hosts", "excluded_paths", "spam_referrers")
"""Columns that each hold a list of what operators write."""


def zone_named(name: str) -> ZoneInfo:
    """Return the zone called *name*; a `UsageError` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"{name!r} is not a time zone; write one like Asia/Tokyo") from None


def checked_site(site: Site) -> Site:
    """Return *site* with all it declares in one form; a `UsageError` says what is none."""
    host = checked_host(site.host)
    aliases = dict.fromkeys(checked_host(alias) for alias in site.aliases)
    aliases.pop(host, None)
    for written in site.properties:
        key, _, value = written.partition("=")
        if not (key.strip() and value.strip()) or len(written) > LONGEST_PROPERTY:
            raise UsageError(
                f"{written!r} is no property; write a key and one of its values, like plan=free"
            )
    downloads = tuple(dict.fromkeys(each.lower().lstrip(".") for each in site.downloads))
    for ending in downloads:
        if not re.fullmatch("[a-z0-9]{1,8}", ending):
            raise UsageError(f"{ending!r} is no file's ending; write one like pdf")
    for name in site.known_as:
        if not KNOWN_AS.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name of another product's; write one like umami:ID, "
                "goatcounter:HOST or matomo:NUMBER"
            )
    if not 1 <= site.section_depth <= 5:
        raise UsageError("a section has one to five path segments")
    known_as = tuple(dict.fromkeys(site.known_as))
    return dataclasses.replace(
        site,
        host=host,
        aliases=tuple(aliases),
        known_as=known_as,
        # As pages' events are compared: what looks alike for its marks alone is one name.
        events=_each(composed, site.events),
        downloads=downloads,
        sections=_each(checked_section, site.sections),
        excluded_networks=_each(checked_network, site.excluded_networks),
        excluded_hosts=_each(checked_host_pattern, site.excluded_hosts),
        excluded_paths=_each(checked_path, site.excluded_paths),
        spam_referrers=_each(checked_host, site.spam_referrers),
    )


def _each(checked: Callable[[str], str], declared: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(checked, declared)))


def site_row(site: Site) -> dict[str, Any]:
    """Return the columns of *site*; what it decides in versions is kept in tables of its own."""
    return {
        "host": site.host,
        "zone": site.zone.key,
        "aliases": list(site.aliases),
        "campaigns": list(site.campaigns),
        "events": list(site.events),
        "query_keys": list(site.query_keys),
        "search_keys": list(site.search_keys),
        "properties": list(site.properties),
        "downloads": list(site.downloads),
        "known_as": list(site.known_as),
        "section_depth": site.section_depth,
        **{name: list(getattr(site, name)) for name in RULES},
        "demonstration": site.demonstration,
    }


def read_sites(connection: Connection) -> list[Site]:
    """Return all sites by host, each with its decisions."""
    decided = policies.policies_by_host(connection)
    goals = definition_versions.goals_by_host(connection)
    funnels = definition_versions.funnels_by_host(connection)
    rows = connection.execute(SITES.select().order_by(SITES.c.host)).mappings()
    return [
        Site(
            host=row["host"],
            zone=zone_named(row["zone"]),
            aliases=tuple(row["aliases"]),
            campaigns=tuple(row["campaigns"]),
            events=tuple(row["events"]),
            query_keys=tuple(row["query_keys"]),
            search_keys=tuple(row["search_keys"]),
            properties=tuple(row["properties"]),
            downloads=tuple(row["downloads"]),
            known_as=tuple(row["known_as"]),
            section_depth=row["section_depth"],
            **{name: tuple(row[name]) for name in RULES},
            demonstration=row["demonstration"],
            policies=decided.get(row["host"], ()),
            goals=goals.get(row["host"], ()),
            funnels=funnels.get(row["host"], ()),
        )
        for row in rows
    ]
