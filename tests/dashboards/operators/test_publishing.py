"""Operators see of each period whether it is published, and what margins its figures have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboards.operators.publishing import Standing, recent_periods, standings
from dashboards.words import words_in
from oboro.clock import local_day
from oboro.policy import Cadence, PublicationPolicy
from oboro.public_list import PUBLICATIONS, Listed
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.kept_facts import a_fact, keep
from tests.support.pages import shown, text_of
from tests.support.published import lay_out
from tests.support.town_publications import months
from tests.support.traffic import traffic
from tests.support.workspace import a_site

TODAY = date(2026, 11, 5)


def a_listed(first: str, last: str) -> Listed:
    return Listed(1, f"0001_{first}_{last}", first, last, "month", "", None)


def test_each_period_has_the_standing_that_its_days_give_it() -> None:
    periods = recent_periods((), TODAY, date(2026, 7, 14))

    found = standings(
        periods,
        [a_listed("2026-08-01", "2026-08-31")],
        {date(2026, 10, 31), date(2026, 11, 4)},
        TODAY,
    )

    assert [(str(each.period), each.standing) for each in found] == [
        ("2026-11-01 to 2026-11-30", Standing.RUNNING),
        ("2026-10-01 to 2026-10-31", Standing.WAITING),
        ("2026-09-01 to 2026-09-30", Standing.DUE),
        ("2026-08-01 to 2026-08-31", Standing.PUBLISHED),
        ("2026-07-01 to 2026-07-31", Standing.DUE),
    ]
    assert [each.folder for each in found if each.folder] == ["0001_2026-08-01_2026-08-31"]


def test_a_publication_of_several_periods_publishes_each_of_them() -> None:
    policies = (PublicationPolicy(cadence=Cadence.WEEK),)
    periods = recent_periods(policies, TODAY, date(2026, 10, 19))

    found = standings(periods, [a_listed("2026-10-19", "2026-11-01")], (), TODAY)

    assert [each.standing for each in found] == [
        Standing.RUNNING, Standing.PUBLISHED, Standing.PUBLISHED
    ]  # fmt: skip


def test_a_site_without_figures_has_missed_no_period() -> None:
    assert recent_periods((), TODAY, None) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_panel_leads_to_what_is_published(
    client: Client, workspace: Workspace, language: str
) -> None:
    site = a_site("city.oboro.example")
    workspace.catalog.add_site(site)
    today = local_day(workspace.clock.now(), site.zone)
    keep(workspace.store, traffic(site.host, today, 3))
    last = today.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    month = {"first": str(first), "last": str(last), "periods": ((str(first), str(last)),)}
    (published,) = months(1, **month).values()
    lay_out(workspace.settings.data_dir / PUBLICATIONS, {"0001": published})

    page = await shown(client, f"/sites/{site.host}", language)

    panel = next(each for each in page.all(".//section[@id='publication']"))
    links = [link.attrib["href"] for link in panel.findall(".//a")]
    assert f"/public/{site.host}/{language}/" in links
    assert words_in(language)("publication.no_pages") in page.text
    assert "±60" in page.text
    assert "oboro publish" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("days", "command"),
    [
        (40, "oboro publish --site town.example --from 2026-02-01 --to 2026-02-28"),
        (3, "oboro publish --site town.example --from DAY --to DAY"),
    ],
)
async def test_the_panel_names_the_command_that_publishes_for_the_first_time(
    client: Client, workspace: Workspace, language: str, days: int, command: str
) -> None:
    site = a_site("town.example")
    workspace.catalog.add_site(site)
    today = local_day(workspace.clock.now(), site.zone)
    keep(workspace.store, [a_fact(site.host, today - timedelta(days=days), "total", "")])

    page = await shown(client, f"/sites/{site.host}", language)

    panel = text_of(page.all(".//section[@id='publication']")[0])
    assert words_in(language)("publication.how_first") in panel
    assert command in panel
