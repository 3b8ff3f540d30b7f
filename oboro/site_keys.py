"""The keys by which a site's own servers send events; of each, only its hash is kept.

A key is 256 random bits, so that one plain hash hides it: nobody tries them all. Functions take a
connection of the catalog.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, MetaData, String, Table

METADATA = MetaData()

SITE_KEYS = Table(
    "site_keys",
    METADATA,
    Column("digest", String, primary_key=True, comment="SHA-256 of the key, in hexadecimal"),
    Column("host", String, nullable=False, comment="site that it sends for"),
    Column("made_at", String, nullable=False, comment="when it was made, in UTC"),
    Column("until", String, nullable=False, comment="when it ends, in UTC; empty: never"),
)

BEGINS = "oboro_"
"""What every key begins with, so that scanners of source code know one when they see it."""
SECRET_BYTES = 32
MOST = 10
"""Keys that a site may have at once."""
_NAME_DIGITS = 12


@dataclass(frozen=True, slots=True)
class SiteKey:
    """A key that *host* may be written for with, as it is kept; *until* is None for no end."""

    digest: str
    host: str
    made_at: datetime
    until: datetime | None = None

    @property
    def name(self) -> str:
        """What operators call it by: it tells nothing of the key itself."""
        return self.digest[:_NAME_DIGITS]

    def holds(self, at: datetime) -> bool:
        """Tell whether the key opens anything at *at*."""
        return self.until is None or at < self.until


def written(secret: bytes) -> str:
    """Return the key that *secret* makes, as it is handed out once.

    >>> written(bytes(32))
    'oboro_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    return BEGINS + base64.urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def digest_of(key: str) -> str:
    """Return what is kept of *key*; any text is taken."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def read_keys(connection: Connection) -> Mapping[str, SiteKey]:
    """Return every key by its digest, the oldest first."""
    rows = connection.execute(SITE_KEYS.select().order_by(SITE_KEYS.c.made_at, SITE_KEYS.c.digest))
    return {
        row["digest"]: SiteKey(
            row["digest"], row["host"], _time(row["made_at"]), _time_or_none(row["until"])
        )
        for row in rows.mappings()
    }


def write_key(connection: Connection, key: SiteKey) -> None:
    """Keep *key*."""
    connection.execute(
        SITE_KEYS.insert().values(
            digest=key.digest,
            host=key.host,
            made_at=key.made_at.astimezone(UTC).isoformat(),
            until=key.until.astimezone(UTC).isoformat() if key.until else "",
        )
    )


def end_keys(connection: Connection, keys: Iterable[SiteKey], until: datetime) -> None:
    """Let *keys* end at *until*, those that end earlier excepted."""
    for key in keys:
        if key.holds(until):
            connection.execute(
                SITE_KEYS.update()
                .where(SITE_KEYS.c.digest == key.digest)
                .values(until=until.astimezone(UTC).isoformat())
            )


def delete_keys(connection: Connection, digests: Iterable[str]) -> None:
    """Forget keys; they open nothing from then on."""
    connection.execute(SITE_KEYS.delete().where(SITE_KEYS.c.digest.in_(list(digests))))


def forget(connection: Connection, hosts: Iterable[str]) -> None:
    """Forget every key of *hosts*."""
    connection.execute(SITE_KEYS.delete().where(SITE_KEYS.c.host.in_(list(hosts))))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time_or_none(text: str) -> datetime | None:
    return _time(text) if text else None
