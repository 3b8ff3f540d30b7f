"""What ``oboro doctor`` looks at in the collector."""

from __future__ import annotations

from collector.coarsen.place import BUNDLED, check_country_database
from collector.script import BUILT
from collector.spool import spool_path
from collector.spooling.database import damaged_files
from oboro.findings import Check, Finding, State
from oboro.workspace import Workspace


def country_database(workspace: Workspace) -> Finding:
    """Tell whether countries can be told from networks."""
    named = workspace.settings.country_database
    works, says = check_country_database(named)
    without = State.WARN if named is None and not BUNDLED.exists() else State.FAIL
    return Finding("country database", State.OK if works else without, says)


def tracker(_workspace: Workspace) -> Finding:
    """Tell whether there is a tracker for pages to load."""
    if BUILT.is_file():
        return Finding("tracker", State.OK, f"{BUILT.stat().st_size} bytes at /t.js")
    return Finding("tracker", State.FAIL, "the tracker is not built; run `make setup`")


def set_aside(workspace: Workspace) -> Finding:
    """Tell whether a spool was damaged and waits for a person."""
    damaged = damaged_files(spool_path(workspace.settings))
    if damaged:
        says = f"{', '.join(damaged)} may hold hits; docs/durability.md says what to do with them"
        return Finding("damaged spools", State.WARN, says)
    return Finding("damaged spools", State.OK, "there are none")


CHECKS: tuple[Check, ...] = (country_database, tracker, set_aside)
