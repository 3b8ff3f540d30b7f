"""What ``oboro doctor`` looks at in the collector."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collector.coarsen.network import Networks
from collector.coarsen.place import BUNDLED, Regions, check_country_database
from collector.databases import FOLDER, KINDS, NOTE, Databases, named_country, paths_of
from collector.spool import spool_path
from collector.spooling.database import damaged_files
from oboro.errors import OboroError
from oboro.findings import Check, Finding, State
from oboro.tracker import built_script
from oboro.workspace import Workspace

OLD = timedelta(days=120)
"""From this age on, too many networks have moved for an added database to be trusted."""


def country_database(workspace: Workspace) -> Finding:
    """Tell whether countries can be told from networks."""
    named = named_country(workspace.settings)
    added = named is not None and workspace.settings.country_database is None
    works, says = check_country_database(named, added=added)
    if works and added:
        return _added(workspace, "country", lambda: None)
    without = State.WARN if named is None and not BUNDLED.exists() else State.FAIL
    return Finding("country database", State.OK if works else without, says)


def region_database(workspace: Workspace) -> Finding:
    """Tell whether regions can be told from networks."""
    paths = paths_of(workspace.settings, "region")
    return _added(workspace, "region", lambda: Regions(*paths).close())


def network_database(workspace: Workspace) -> Finding:
    """Tell whether networks can be named, and data centres refused."""
    paths = paths_of(workspace.settings, "network")
    return _added(workspace, "network", lambda: bool(Networks.read(*paths)))


def _added(workspace: Workspace, kind: str, read: Callable[[], object]) -> Finding:
    """Tell how the database of *kind* stands that was added, which *read* opens or refuses."""
    check, renewed = f"{kind} database", f"oboro database add {kind}"
    paths = paths_of(workspace.settings, kind)
    missing = [path for path in paths if not path.exists()]
    if len(missing) == len(paths):
        return Finding(check, State.OK, f"none was added, which may be left so; else: {renewed}")
    if missing:
        return Finding(check, State.FAIL, f"{missing[0]} is missing; get it again: {renewed}")
    running = workspace.find(Databases)
    if running is None or not running.has_taken_up(kind):
        try:
            read()
        except OboroError as error:
            return Finding(check, State.FAIL, str(error))
    added_at = datetime.fromtimestamp(min(path.stat().st_mtime for path in paths), UTC)
    age = workspace.clock.now() - added_at
    says = f"{_version(workspace.settings.data_dir / FOLDER, kind)}added {_days(age)}"
    if age > OLD:
        return Finding(check, State.WARN, f"{says}; get a newer one: {renewed}")
    if running is None:
        return Finding(check, State.OK, f"{says}, readable")
    if running.has_taken_up(kind):
        return Finding(check, State.OK, f"{says}, in use")
    says += ", readable, not taken up yet: the server does so within a tick; else see its log"
    return Finding(check, State.WARN, says)


def _version(folder: Path, kind: str) -> str:
    """Return what the note beside the database of *kind* says, if there is one that can be read."""
    try:
        note = json.loads((folder / NOTE.format(kind=kind)).read_text("utf-8"))
        return f"{KINDS[kind].package} {note['version']}, "
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _days(age: timedelta) -> str:
    days = max(0, age.days)
    return {0: "today", 1: "a day ago"}.get(days, f"{days} days ago")


def tracker(_workspace: Workspace) -> Finding:
    """Tell whether there is a tracker for pages to load."""
    if script := built_script():
        return Finding("tracker", State.OK, f"{len(script)} bytes at /t.js")
    return Finding("tracker", State.FAIL, "the tracker is not built; run `make setup`")


def set_aside(workspace: Workspace) -> Finding:
    """Tell whether a spool was damaged and waits for a person."""
    damaged = damaged_files(spool_path(workspace.settings))
    if damaged:
        says = f"{', '.join(damaged)} may hold hits; docs/durability.md says what to do with them"
        return Finding("damaged spools", State.WARN, says)
    return Finding("damaged spools", State.OK, "there are none")


CHECKS: tuple[Check, ...] = (
    country_database,
    region_database,
    network_database,
    tracker,
    set_aside,
)
