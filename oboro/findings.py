"""What ``oboro doctor`` finds: one check, how it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from oboro.errors import OboroError
from oboro.journal import kind_and_place
from oboro.workspace import Workspace


class State(StrEnum):
    """How something stands."""

    OK = "ok"
    WARN = "warn"
    """It works, with less than it could or should."""
    FAIL = "fail"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """How *check* stands, in a sentence that names what to do unless all is well."""

    check: str
    state: State
    says: str


Check = Callable[[Workspace], Finding]
"""Looks at one thing; run in a thread, and allowed to raise."""


def findings(workspace: Workspace, checks: Iterable[Check]) -> list[Finding]:
    """Run *checks*; one that raises becomes a finding, and the others still run."""
    return [_found(workspace, check) for check in checks]


def _found(workspace: Workspace, check: Check) -> Finding:
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return check(workspace)
    except OboroError as error:
        return Finding(name, State.FAIL, str(error))
    except Exception as error:
        return Finding(name, State.FAIL, f"the check itself failed: {kind_and_place(error)}")
