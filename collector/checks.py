"""What ``oboro doctor`` looks at in the collector's edge: the country database and the tracker."""

from __future__ import annotations

from collector.coarsen.place import BUNDLED, check_country_database
from collector.script import BUILT
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


CHECKS: tuple[Check, ...] = (country_database, tracker)
