"""The job that goes on publishing: the periods after a site's last publication, once they are over.

The first publication of a site is made by hand, since only then its operator has seen the margins.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from aggregator.job import Due, Failure, Job, Ran
from aggregator.publish.judging import Label, NothingToPublish
from aggregator.publish.operation import asked_for
from aggregator.publish.periods import DAY, Period
from aggregator.publish.publishing import Publishing, next_periods
from oboro.clock import day_begins, local_day
from oboro.errors import Conflict, OboroError
from oboro.rooms import Progress
from oboro.sites import Site
from oboro.threads import run_through
from oboro.workspace import Workspace

NOT_PUBLISHED = "not-published"
"""The code of a gap of a period that could not be published; it stands under its last day."""


async def publish_due(workspace: Workspace, progress: Progress) -> Ran:
    """Publish what is due of every site; what cannot be is a failure, and the site's next waits.

    A period of which no day can ever be published is told as a failure and passed over.
    """
    done = 0
    failures: list[Failure] = []
    skipped: list[Failure] = []
    for site, period in await run_through(partial(_due_periods, workspace)):
        if any(failure.site == site.host for failure in failures):
            continue
        asked = await asked_for(
            workspace,
            site,
            period.first,
            period.last,
            label=Label.DEMONSTRATION if site.demonstration else Label.NONE,
            leave_out=True,
        )
        try:
            await run_through(partial(Publishing.of(workspace).publish, asked, progress))
        except NothingToPublish as error:
            # It will not end by itself, and the periods after it need not suffer for it.
            skipped.append(Failure(site.host, period.last, NOT_PUBLISHED, str(error)))
        except OboroError as error:
            # Days may still be closed; whatever else stands in the way is told at once.
            waits = isinstance(error, Conflict)
            failures.append(Failure(site.host, period.last, NOT_PUBLISHED, str(error), waits))
        else:
            done += 1
    return Ran(done, [*failures, *skipped])


def _due_periods(workspace: Workspace) -> list[tuple[Site, Period]]:
    at = workspace.clock.now()
    publishing = Publishing.of(workspace)
    return [
        (site, period)
        for site in workspace.catalog.sites()
        for period in next_periods(site, publishing.known(site.host), local_day(at, site.zone))
    ]


def _due(workspace: Workspace) -> list[Due]:
    found = []
    for site, period in _due_periods(workspace):
        since: datetime = day_begins(period.last + DAY, site.zone)
        found.append(Due(site.host, period.last, since))
    return found


JOB = Job(
    name="publish",
    purpose="publish the periods that are over, of sites that have published before",
    due=_due,
    run=publish_due,
)
