"""A real server's log, which is not part of the project: ``OBORO_REAL_LOG`` says where it lies."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from oboro.sites import Site
from tests.support.workspace import a_site

_BESIDE_THE_PROJECT = Path(__file__).parents[3] / "shared" / "data" / "apache_access_2015.log"
_REFERRER = re.compile(rb'" \d{3} \S+ "https?://([^/":]+)')


def real_log() -> Path | None:
    """Return where the log lies, if there is one."""
    path = Path(os.environ.get("OBORO_REAL_LOG") or _BESIDE_THE_PROJECT)
    return path if path.is_file() else None


def site_of(log: Path, zone: str = "UTC") -> Site:
    """Return the site whose log it is: the one that most of its pages are reached from."""
    hosts = Counter(_REFERRER.findall(log.read_bytes()))
    host = hosts.most_common(1)[0][0].decode().removeprefix("www.")
    return a_site(host, zone=ZoneInfo(zone))
