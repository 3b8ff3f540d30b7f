"""What went wrong with a site's days stands on its operators' page, in words and with the days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from aggregator.job import Failure
from aggregator.job_record import JobRecord, Run
from aggregator.jobs import Alarm
from aggregator.publish.publishing_job import NOT_PUBLISHED
from dashboards.operators.alarms import OTHER, WORDED, Notice, noticed
from dashboards.words import words_in
from oboro.formats import Formats
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.pages import shown
from tests.support.workspace import a_site

HOST = "example.jp"
AT = datetime(2026, 3, 4, tzinfo=UTC)
DAYS = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 2, 20)]


def failed(workspace: Workspace, *failures: Failure) -> None:
    """Note *failures* of a job that ran on the fixtures' day."""
    JobRecord(workspace.catalog.engine).note("close-days", Run(AT, AT, 0, 1), failures)


def test_days_of_one_kind_are_told_together_as_stretches() -> None:
    alarms = [Alarm("job", Failure(HOST, day, "not-closed", ""), AT) for day in DAYS]
    alarms.append(Alarm("job", Failure("", None, "failed", ""), AT))
    alarms.append(Alarm("job", Failure(HOST, DAYS[0], "a-code-of-another-job", ""), AT))
    assert noticed(alarms) == [
        Notice("not-closed", [(DAYS[2], DAYS[2]), (DAYS[0], DAYS[1])]),
        Notice("failed", []),
        Notice(OTHER, [(DAYS[0], DAYS[0])]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_alarm_stands_on_the_page_of_its_site_with_its_days(
    client: Client, workspace: Workspace, language: str
) -> None:
    for host in (HOST, "other.example"):
        workspace.catalog.add_site(a_site(host))
    failed(workspace, *(Failure(HOST, day, "not-closed", "the reason") for day in DAYS))
    page = await shown(client, f"/sites/{HOST}?lang={language}")
    words = words_in(language)
    assert words("alarm.not-closed") in page.text
    assert words("alarm.not-closed.what") in page.text
    form = Formats(words.locale)
    for days in (form.day(DAYS[2]), form.span(DAYS[0], DAYS[1])):
        assert " ".join(days.split()) in page.text
    elsewhere = await shown(client, f"/sites/other.example?lang={language}")
    assert words("alarms") not in elsewhere.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_of_very_many_the_newest_are_shown_and_the_others_counted(
    client: Client, workspace: Workspace, language: str
) -> None:
    workspace.catalog.add_site(a_site(HOST))
    days = [date(2015 + number // 12, number % 12 + 1, 28) for number in range(100)]
    failed(workspace, *(Failure(HOST, day, "not-published", "why") for day in days))

    page = await shown(client, f"/sites/{HOST}?lang={language}")

    words, form = words_in(language), Formats(words_in(language).locale)
    said = [" ".join(form.day(day).split()) in page.text for day in days]
    assert said == [False] * 94 + [True] * 6
    assert words.counted("alarm.earlier", 94, n="94") in page.text


async def test_what_may_still_end_by_itself_is_no_alarm(
    client: Client, workspace: Workspace
) -> None:
    workspace.catalog.add_site(a_site(HOST))
    failure = Failure(HOST, DAYS[0], "not-closed", "it waits", waits=True)
    JobRecord(workspace.catalog.engine).note(
        "close-days", Run(workspace.clock.now(), workspace.clock.now(), 0, 1), [failure]
    )
    assert words_in("en")("alarms") not in (await shown(client, f"/sites/{HOST}")).text


def test_a_period_that_could_not_be_published_has_words_of_its_own() -> None:
    assert NOT_PUBLISHED in WORDED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words(language: str) -> None:
    words = words_in(language)
    for kind in (*WORDED, OTHER):
        assert words(f"alarm.{kind}") != f"alarm.{kind}"
        assert words(f"alarm.{kind}.what") != f"alarm.{kind}.what"
