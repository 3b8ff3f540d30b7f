"""What operators declare: the sites that are counted, and their decisions. SQLite by default."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
)
from sqlalchemy.exc import DatabaseError

from oboro import definition_versions, page_titles, policies, site_changes, site_keys
from oboro.catalog_upgrade import add_missing_columns
from oboro.errors import Conflict, OboroError, UsageError
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.hosts import checked_host, known_form
from oboro.page_titles import Title
from oboro.policy import ALWAYS, KeySet, PublicationPolicy
from oboro.site_changes import SiteChange
from oboro.site_keys import SiteKey
from oboro.site_rows import METADATA, SITES, checked_site, read_sites, site_row
from oboro.sites import Site


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
            definition_versions.METADATA.create_all(engine)
            site_keys.METADATA.create_all(engine)
            page_titles.METADATA.create_all(engine)
            site_changes.METADATA.create_all(engine)
            add_missing_columns(engine, METADATA)
        self._refresh()

    @classmethod
    def open(cls, url: str | URL) -> Catalog:
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

    def declared(self, host: str) -> Site:
        """Return the site that *host* names; a `UsageError` when it is not counted here."""
        site = self.site_for(checked_host(host))
        if site is None:
            raise UsageError(_no_such(host))
        return site

    def add_site(self, site: Site, keys: Iterable[KeySet] = ()) -> None:
        """Declare *site* with what it decided and its *keys*; a `Conflict` when a host is taken."""
        site = checked_site(site)
        with _usable(self.engine), self.engine.begin() as connection:
            self._refuse_taken(connection, site)
            connection.execute(SITES.insert().values(site_row(site)))
            for policy in site.policies:
                policies.write_policy(connection, site.host, policy)
            for goal in site.goals:
                definition_versions.write_goal(connection, site.host, goal)
            for funnel in site.funnels:
                definition_versions.write_funnel(connection, site.host, funnel)
            for each in keys:
                policies.write_key_set(connection, site.host, each)
        self._changed()

    def update_site(self, site: Site) -> None:
        """Replace the declaration of the site of the same host; what has versions stays."""
        site = checked_site(site)
        with _usable(self.engine), self.engine.begin() as connection:
            self._refuse_taken(connection, site, but=site.host)
            done = connection.execute(
                SITES.update().where(SITES.c.host == site.host).values(site_row(site))
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
            kept = definition_versions.write_goal(connection, host, goal)
            if kept.in_force_from != ALWAYS:
                change = SiteChange(kept.in_force_from, "goals")
                site_changes.note_changes(connection, host, [change])
        self._changed()
        return kept

    def add_funnel(self, host: str, funnel: Funnel) -> Funnel:
        """Append a version of a funnel of *host*, note the day it holds from, and return it."""
        with _usable(self.engine), self.engine.begin() as connection:
            kept = definition_versions.write_funnel(connection, host, funnel)
            if kept.in_force_from != ALWAYS:
                change = SiteChange(kept.in_force_from, "funnels")
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
            definition_versions.forget(connection, [known_form(host)])
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
        taken = _by_host(other for other in read_sites(connection) if other.host != but)
        for host in _names(site):
            if other := taken.get(host):
                counted = "" if host == other.host else f" as {other.host}"
                raise Conflict(f"{host} is already counted{counted}; see: oboro site list")

    def _changed(self) -> None:
        self._refresh()
        for callback in self._callbacks:
            callback()

    def _refresh(self) -> None:
        with _usable(self.engine), self.engine.connect() as connection:
            self._sites = tuple(read_sites(connection))
            self._keys = site_keys.read_keys(connection)
        self._by_host = _by_host(self._sites)


def _by_host(sites: Iterable[Site]) -> dict[str, Site]:
    return {name: site for site in sites for name in _names(site)}


def _names(site: Site) -> tuple[str, ...]:
    return (site.host, *site.aliases, *site.known_as)


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
