"""The operation behind ``oboro publish``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from aggregator.publish.issuing import Published
from aggregator.publish.judging import Label
from aggregator.publish.periods import Period
from aggregator.publish.publishing import Asked, Publishing
from aggregator.reports.operation import site_asked
from aggregator.reports.periods import parsed_day
from oboro.clock import local_day
from oboro.errors import Conflict, UsageError
from oboro.rooms import Json, Progress, delivering_of
from oboro.sites import Site
from oboro.threads import run_through
from oboro.workspace import Workspace

MOST_DAYS = 3_660
"""Days of one publication: a little over ten years."""


async def publish(workspace: Workspace, arguments: Mapping[str, Json], progress: Progress) -> Json:
    """``{site, from, to, label, leave_out}`` -> what was published and where it lies."""
    asked = await asked_for(
        workspace,
        site_asked(workspace, str(arguments["site"])),
        parsed_day(str(arguments["from"]), "--from"),
        parsed_day(str(arguments["to"]), "--to"),
        label=Label(str(arguments.get("label") or "")),
        leave_out=bool(arguments.get("leave_out")),
    )
    return document_of(
        await run_through(partial(Publishing.of(workspace).publish, asked, progress))
    )


async def asked_for(
    workspace: Workspace, site: Site, first: date, last: date, *, label: Label, leave_out: bool
) -> Asked:
    """Return what is asked for, with the days of which something is on its way to the store."""
    if last >= local_day(workspace.clock.now(), site.zone):
        raise Conflict(
            f"{last} of {site.host} is not over; what ends with it can be published after it"
        )
    if (last - first).days >= MOST_DAYS:
        raise UsageError(f"{first} to {last} is too long; at most {MOST_DAYS:,} days go together")
    delivering = delivering_of(workspace)
    days = Period(first, last).days() if first <= last else []
    pending = frozenset([day for day in days if await delivering.pending(site.host, day)])
    return Asked(
        site=site, first=first, last=last, label=label, leave_out=leave_out, pending=pending
    )


def document_of(published: Published) -> dict[str, Any]:
    """Return what is told of a publication."""
    publication = published.publication
    return {
        "site": publication.site,
        "number": publication.number,
        "from": publication.first,
        "to": publication.last,
        "new": published.new,
        "folder": str(published.folder.resolve()),
        "tables": [table.name for table in publication.tables],
        "cells": sum(len(table.figures) for table in publication.tables),
        "label": publication.label,
        "gaps": [{"day": gap.day, "code": gap.code} for gap in publication.gaps],
    }
