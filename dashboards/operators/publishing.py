"""How far a site's publications are: each recent period's standing, and the margins to expect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from aggregator.days import Days
from aggregator.disclosure.margins import Expected, expected
from aggregator.publish.periods import DAY, Period, period_around
from dashboards.public.site_list import public_list
from oboro.policy import Cadence, PublicationPolicy, policy_on
from oboro.public_list import PUBLICATIONS, Listed
from oboro.sites import Site
from oboro.workspace import Workspace

RECENT = 6
"""How many periods are shown."""


class Standing(StrEnum):
    """How far a period is."""

    PUBLISHED = "published"
    RUNNING = "running"
    """It is not over."""
    WAITING = "waiting"
    """It is over, and some of its days are not closed."""
    DUE = "due"
    """All its days are closed, and it can be published."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period; *folder* is that of its bundle, empty while there is none."""

    period: Period
    standing: Standing
    folder: str


@dataclass(frozen=True, slots=True)
class PublicationPanel:
    """What operators see of a site's publications."""

    cadence: Cadence
    policy: PublicationPolicy
    stretches: Sequence[Stretch]
    margins: Sequence[Expected]
    """Of one period of each table that is published."""
    lists_pages: bool
    """Whether there is a list of public pages; without one pages are not published."""
    published: bool
    """Whether there is anything at the public address."""

    @property
    def due(self) -> Period | None:
        """The latest period that can be published."""
        return next((each.period for each in self.stretches if each.standing is Standing.DUE), None)


def publication_panel(
    workspace: Workspace, site: Site, today: date, kept_from: date | None
) -> PublicationPanel:
    """Read how far the publications of *site* are; blocking.

    *kept_from* is the first day with figures: periods before it are not missed by anybody.
    """
    policy = policy_on(today, site.policies)
    listed = public_list(workspace.settings.data_dir / PUBLICATIONS, site.host)
    publications = listed.publications if listed else ()
    open_days = {each.day for each in Days.of(workspace).open_days() if each.site == site.host}
    lists_pages = workspace.catalog.key_set_on(site.host, "pages", today) is not None
    return PublicationPanel(
        cadence=policy.cadence,
        policy=policy,
        stretches=standings(
            recent_periods(site.policies, today, kept_from), publications, open_days, today
        ),
        # Margins do not depend on how large the site is.
        margins=[
            each
            for each in expected(policy, 0, policy.cadence)
            if lists_pages or each.table != "pages"
        ],
        lists_pages=lists_pages,
        published=bool(publications),
    )


def recent_periods(
    policies: Sequence[PublicationPolicy], today: date, kept_from: date | None
) -> list[Period]:
    """Return the latest periods that hold a day from *kept_from* on, the newest first."""
    periods: list[Period] = []
    day = today
    while kept_from is not None and day >= kept_from and len(periods) < RECENT:
        periods.append(period_around(day, policies))
        day = periods[-1].first - DAY
    return periods


def standings(
    periods: Iterable[Period],
    publications: Iterable[Listed],
    open_days: Collection[date],
    today: date,
) -> list[Stretch]:
    """Tell how far each of *periods* is."""
    published = [
        (date.fromisoformat(each.first), date.fromisoformat(each.last), each.folder)
        for each in publications
    ]
    found = []
    for period in periods:
        folder = next(
            (
                folder
                for first, last, folder in published
                if first <= period.first and period.last <= last
            ),
            "",
        )
        if folder:
            standing = Standing.PUBLISHED
        elif period.last >= today:
            standing = Standing.RUNNING
        elif any(period.first <= day <= period.last for day in open_days):
            standing = Standing.WAITING
        else:
            standing = Standing.DUE
        found.append(Stretch(period, standing, folder))
    return found
