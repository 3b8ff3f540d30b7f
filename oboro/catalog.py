"""What operators declare: the sites that are counted, and their decisions. SQLite by default."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)
from sqlalchemy.exc import DatabaseError

from oboro import goal_versions, page_titles, policies, site_changes, site_keys
from oboro.catalog_upgrade import add_missing_columns
from oboro.errors import Conflict, OboroError, UsageError
from oboro.goals import Goal
from oboro.hosts import checked_host, known_form
from oboro.page_titles import Title
from oboro.patterns import checked_host_pattern, checked_network, checked_path, checked_section
from oboro.policy import ALWAYS, KeySet, PublicationPolicy
from oboro.site_changes import SiteChange
from oboro.site_keys import SiteKey
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


class Catalog:
    """The declared sites, held in memory and read again after each change."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sites: tuple[Site, ...] = ()
        self._by_host: dict[str, Site] = {}
        self._keys: Mapping[str, SiteKey] = {}
        self._callbacks: list[Callable[[], None]] = []
        with _usable(engine):
            METADATA.create_all(engine)
            policies.METADATA.create_all(engine)
            goal_versions.METADATA.create_all(engine)
            site_keys.METADATA.create_all(engine)
            page_titles.METADATA.create_all(engine)
            site_changes.METADATA.create_all(engine)
            add_missing_columns(engine, METADATA)
        self._refresh()

    @classmethod
    def open(cls, url: str) -> Catalog:
        """Open the catalog at an SQLAlchemy *url*, and create its tables."""
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _durable)
        return cls(engine)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def read_again(self) -> None:
        """Take up what another process declared meanwhile."""
        before = self._sites
        self._refresh()
        if self._sites != before:
            for callback in self._callbacks:
                callback()

    def sites(self) -> tuple[Site, ...]:
        """Return every site, by host."""
        return self._sites

    def site_for(self, host: str) -> Site | None:
        """Return the site that *host* or one of its aliases names; any text may be asked."""
        return self._by_host.get(host) or self._by_host.get(known_form(host))

    def add_site(self, site: Site, keys: Iterable[KeySet] = ()) -> None:
        """Declare *site* with its policies, goals and *keys*; a `Conflict` when a host is taken."""
        site = _checked(site)
        with _usable(self.engine), self.engine.begin() as connection:
            self._refuse_taken(connection, site)
            connection.execute(SITES.insert().values(_row(site)))
            for policy in site.policies:
                policies.write_policy(connection, site.host, policy)
            for goal in site.goals:
                goal_versions.write_goal(connection, site.host, goal)
            for each in keys:
                policies.write_key_set(connection, site.host, each)
        self._changed()

    def update_site(self, site: Site) -> None:
        """Replace the declaration of the site of the same host; policies and goals stay."""
        site = _checked(site)
        with _usable(self.engine), self.engine.begin() as connection:
            self._refuse_taken(connection, site, but=site.host)
            done = connection.execute(
                SITES.update().where(SITES.c.host == site.host).values(_row(site))
            )
            if not done.rowcount:
                raise UsageError(_no_such(site.host))
        self._changed()

    def add_policy(self, host: str, policy: PublicationPolicy) -> PublicationPolicy:
        """Append a version of *host*'s policy and return it with its number."""
        with _usable(self.engine), self.engine.begin() as connection:
            kept = policies.write_policy(connection, host, policy)
        self._changed()
        return kept

    def add_goal(self, host: str, goal: Goal) -> Goal:
        """Append a version of a goal of *host*, note the day it holds from, and return it."""
        with _usable(self.engine), self.engine.begin() as connection:
            kept = goal_versions.write_goal(connection, host, goal)
            if kept.in_force_from != ALWAYS:
                change = SiteChange(kept.in_force_from, "goals")
                site_changes.note_changes(connection, host, [change])
        self._changed()
        return kept

    def add_key_set(self, host: str, keys: KeySet) -> KeySet:
        """Append a version of a table's public keys and return it, sorted, with its number."""
        with _usable(self.engine), self.engine.begin() as connection:
            return policies.write_key_set(connection, host, keys)

    def key_set_on(self, host: str, table: str, day: date) -> KeySet | None:
        """Return the public keys of *table* in force on *day*, None where none were listed."""
        with _usable(self.engine), self.engine.connect() as connection:
            return policies.read_key_set(connection, host, table, day)

    def remove_site(self, host: str) -> None:
        """Forget the declaration of *host*; its figures are not touched."""
        with _usable(self.engine), self.engine.begin() as connection:
            done = connection.execute(SITES.delete().where(SITES.c.host == known_form(host)))
            if not done.rowcount:
                raise UsageError(_no_such(host))
            policies.forget(connection, [known_form(host)])
            goal_versions.forget(connection, [known_form(host)])
            site_keys.forget(connection, [known_form(host)])
            page_titles.forget(connection, [known_form(host)])
            site_changes.forget(connection, [known_form(host)])
        self._changed()

    def note_changes(self, host: str, changes: Iterable[SiteChange]) -> None:
        """Note that what is counted of *host* was changed."""
        with _usable(self.engine), self.engine.begin() as connection:
            site_changes.note_changes(connection, host, changes)

    def site_changes(self, host: str, first: date, last: date) -> list[SiteChange]:
        """Return what was changed of *host* from *first* to *last*, in order."""
        with _usable(self.engine), self.engine.connect() as connection:
            return site_changes.read_changes(connection, host, first, last)

    def set_page_titles(self, host: str, titles: Mapping[str, Title]) -> None:
        """Keep *titles* by page for *host*, in the place of all it had."""
        with _usable(self.engine), self.engine.begin() as connection:
            page_titles.replace_titles(connection, host, titles)

    def page_titles(self, host: str, pages: Collection[str]) -> Mapping[str, Title]:
        """Return the titles of those of *pages* of *host* that have one."""
        with _usable(self.engine), self.engine.connect() as connection:
            return page_titles.read_titles(connection, host, pages)

    def site_keys(self, host: str) -> tuple[SiteKey, ...]:
        """Return the keys of *host*, the oldest first, those that have ended among them."""
        return tuple(key for key in self._keys.values() if key.host == host)

    def site_with_key(self, key: str, at: datetime) -> Site | None:
        """Return the site that *key* sends for at *at*; any text may be asked."""
        kept = self._keys.get(site_keys.digest_of(key))
        return self.site_for(kept.host) if kept is not None and kept.holds(at) else None

    def add_site_key(self, new: SiteKey, *, others_until: datetime | None = None) -> None:
        """Keep a *new* key of a site; with *others_until*, its other ones end then."""
        others = self.site_keys(new.host)
        with _usable(self.engine), self.engine.begin() as connection:
            over = [key.digest for key in others if not key.holds(new.made_at)]
            site_keys.delete_keys(connection, over)
            if others_until is None and len(others) - len(over) >= site_keys.MOST:
                raise Conflict(
                    f"{new.host} has {site_keys.MOST} keys already; revoke one first: "
                    "oboro site-key revoke HOST NAME"
                )
            if others_until is not None:
                site_keys.end_keys(connection, others, others_until)
            site_keys.write_key(connection, new)
        self._changed()

    def revoke_site_keys(self, keys: Iterable[SiteKey]) -> None:
        """Forget *keys*: they open nothing from now on."""
        with _usable(self.engine), self.engine.begin() as connection:
            site_keys.delete_keys(connection, [key.digest for key in keys])
        self._changed()

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call *callback* after each change."""
        self._callbacks.append(callback)

    def _refuse_taken(self, connection: Connection, site: Site, but: str = "") -> None:
        taken = _by_host(other for other in _read(connection) if other.host != but)
        for host in _names(site):
            if other := taken.get(host):
                raise Conflict(f"{host} is already counted as {other.host}; see: oboro site list")

    def _changed(self) -> None:
        self._refresh()
        for callback in self._callbacks:
            callback()

    def _refresh(self) -> None:
        with _usable(self.engine), self.engine.connect() as connection:
            self._sites = tuple(_read(connection))
            self._keys = site_keys.read_keys(connection)
        self._by_host = _by_host(self._sites)


def zone_named(name: str) -> ZoneInfo:
    """Return the zone called *name*; a `UsageError` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"{name!r} is not a time zone; write one like Asia/Tokyo") from None


def _by_host(sites: Iterable[Site]) -> dict[str, Site]:
    return {name: site for site in sites for name in _names(site)}


def _names(site: Site) -> tuple[str, ...]:
    return (site.host, *site.aliases, *site.known_as)


def _checked(site: Site) -> Site:
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
        downloads=downloads,
        sections=_each(checked_section, site.sections),
        excluded_networks=_each(checked_network, site.excluded_networks),
        excluded_hosts=_each(checked_host_pattern, site.excluded_hosts),
        excluded_paths=_each(checked_path, site.excluded_paths),
        spam_referrers=_each(checked_host, site.spam_referrers),
    )


def _each(checked: Callable[[str], str], declared: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(checked, declared)))


def _row(site: Site) -> dict[str, Any]:
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


def _read(connection: Connection) -> list[Site]:
    decided = policies.policies_by_host(connection)
    goals = goal_versions.goals_by_host(connection)
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
        )
        for row in rows
    ]


def _no_such(host: str) -> str:
    return f"{host} is not counted here; see: oboro site list"


def _durable(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _usable(engine: Engine) -> Iterator[None]:
    """Say which file it is when the database itself fails: a full disk, or damage."""
    try:
        yield
    except (sqlite3.DatabaseError, DatabaseError) as error:
        reason = error.orig if isinstance(error, DatabaseError) else error
        raise OboroError(
            f"the catalog of sites, {engine.url.database}, cannot be used: {reason}; make room "
            "on its disk or, if it is damaged, put a copy of it in its place"
        ) from None
