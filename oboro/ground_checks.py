"""What ``oboro doctor`` looks at on the ground floor."""

from __future__ import annotations

import stat
import tempfile

from oboro.findings import Check, Finding, State
from oboro.migrate import pending
from oboro.services import Spooling
from oboro.settings import KNOBS, environment_name
from oboro.sql import load_sql
from oboro.workspace import Workspace

GUARDS = ("gathering_k", "gathering_keys", "tick_keys", "tick_limit_seconds")
"""Settings that make hits disappear in crowds; less than the default promises less."""


def data_directory(workspace: Workspace) -> Finding:
    """Tell whether the data directory can be written, and by whom it can be read."""
    directory = workspace.settings.data_dir
    name = "data directory"
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"oboro")
    except OSError as error:
        return Finding(name, State.FAIL, f"{directory} cannot be written: {error.strerror}")
    if stat.S_IMODE(directory.stat().st_mode) & 0o077:
        says = f"other users of this machine can look into {directory}; run chmod 700 on it"
        return Finding(name, State.WARN, says)
    return Finding(name, State.OK, f"{directory} can be written, by its owner alone")


def lock(workspace: Workspace) -> Finding:
    """Name the process that owns the data directory, which is the one that asks."""
    number = workspace.settings.lock_path.read_text()
    return Finding("lock", State.OK, f"process {number} owns the data directory")


def store(workspace: Workspace) -> Finding:
    """Tell whether the store answers."""
    [(version,)] = workspace.store.query("SELECT version()")
    where = "on a server" if workspace.settings.store_url else "embedded"
    return Finding("store", State.OK, f"ClickHouse {version}, {where}, answers")


def store_parts(workspace: Workspace) -> Finding:
    """Tell whether the engine put damaged parts aside, which it does without a word."""
    name = "store parts"
    broken = workspace.store.query(load_sql("oboro", "broken_parts.sql"))
    if not broken:
        return Finding(name, State.OK, "none is damaged")
    parts = sum(n for _, _, n in broken)
    where = ", ".join(f"{table} of {partition}" for table, partition, _ in broken[:5])
    more = f" and {len(broken) - 5} more" if len(broken) > 5 else ""
    says = f"{parts} are damaged, so figures are missing in {where}{more}; look at the disk"
    return Finding(name, State.FAIL, f"{says}, and put a copy of the data directory in its place")


def engine_logs(workspace: Workspace) -> Finding:
    """Tell whether the engine keeps logs of statements, which it must not."""
    names = [name for (name,) in workspace.store.query(load_sql("oboro", "engine_logs.sql"))]
    if names:
        says = f"the engine keeps {', '.join(names)}, which tell when statements ran; turn them off"
        return Finding("engine logs", State.WARN, says)
    return Finding("engine logs", State.OK, "the engine keeps none")


def migrations(workspace: Workspace) -> Finding:
    """Tell whether the tables are those of this version."""
    waiting = pending(workspace.store)
    if not waiting:
        return Finding("migrations", State.OK, "the tables are up to date")
    names = ", ".join(step.name for step in waiting)
    return Finding("migrations", State.WARN, f"{names} wait; run oboro migrate")


def sites(workspace: Workspace) -> Finding:
    """Tell how many sites are declared."""
    declared = len(workspace.catalog.sites())
    if not declared:
        says = "no site is counted yet; run oboro site add HOST --timezone ZONE"
        return Finding("sites", State.WARN, says)
    return Finding("sites", State.OK, f"{declared} declared")


def guards(workspace: Workspace) -> Finding:
    """Tell whether a setting promises visitors less than the defaults do."""
    weaker = [
        f"{environment_name(name)} is {getattr(workspace.settings, name):g}, "
        f"less than {KNOBS[name].default:g}"
        for name in GUARDS
        if getattr(workspace.settings, name) < KNOBS[name].default
    ]
    if weaker:
        says = f"{'; '.join(weaker)}: smaller crowds than the notice to visitors is made for"
        return Finding("guards", State.WARN, says)
    return Finding("guards", State.OK, "no setting is weaker than its default")


def spool(workspace: Workspace) -> Finding:
    """Tell whether hits can be taken down at this moment."""
    spooling = workspace.find(Spooling)
    if spooling is None:
        return Finding("spool", State.WARN, "no server runs here, so no hit can be taken")
    if not spooling.has_room():
        says = "it is full, or its disk fails: hits get a 503 until the store takes batches again"
        return Finding("spool", State.FAIL, says)
    return Finding("spool", State.OK, "hits are taken")


CHECKS: tuple[Check, ...] = (
    data_directory,
    lock,
    store,
    store_parts,
    engine_logs,
    migrations,
    sites,
    guards,
    spool,
)
