"""Build a workspace whose time and randomness the test decides."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from oboro.settings import Settings
from oboro.sites import Site

NOON = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
"""Noon in Tokyo on a Wednesday: where the clock of the fixtures starts."""

TOKYO = ZoneInfo("Asia/Tokyo")


def a_site(host: str = "example.jp", **declared: Any) -> Site:
    """Return a site in Tokyo that declares nothing but what is given."""
    return dataclasses.replace(Site(host=host, zone=TOKYO), **declared)


def quick(settings: Settings, **changed: Any) -> Settings:
    """Return *settings* of a server on a free port that writes at every tick."""
    return dataclasses.replace(
        settings,
        port=0,
        tick_keys=1,
        tick_seconds=0.02,
        tick_limit_seconds=0.01,
        commit_milliseconds=1,
        **changed,
    )


def settings_in(directory: Path, store: Path, **changed: Any) -> Settings:
    """Return settings for a data directory whose store lies in *store*, the process's only one."""
    return Settings(data_dir=directory, store_url=f"chdb://{store}", **changed)
