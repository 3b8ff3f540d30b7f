"""What an operator changes of the counting is noted by day, so that reports can say so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oboro.site_changes import CHANGED, DECLARED, SiteChange, changed_between
from oboro.workspace import Workspace
from tests.support.command_line import run_oboro
from tests.support.workspace import a_site

TODAY = date(2026, 3, 4)


def update(workspace: Workspace, *options: str) -> None:
    done = run_oboro("site", "update", "example.jp", *options, "--json", workspace=workspace)
    assert (done.status, done.err) == (0, "")


def noted(workspace: Workspace) -> list[SiteChange]:
    return workspace.catalog.site_changes("example.jp", date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def site(workspace: Workspace) -> Workspace:
    workspace.catalog.add_site(a_site())
    return workspace


def test_what_is_changed_is_noted_once_a_day(site: Workspace) -> None:
    update(site, "--exclude-path", "/admin/*", "--section-depth", "2")
    update(site, "--exclude-path", "/intern/*")

    assert noted(site) == [
        SiteChange(TODAY, "excluded_paths"),
        SiteChange(TODAY, "section_depth"),
    ]


def test_what_is_declared_again_as_it_was_is_no_change(site: Workspace) -> None:
    update(site, "--section-depth", "1")

    assert noted(site) == []


def test_changes_of_other_days_and_sites_are_not_told(site: Workspace) -> None:
    site.catalog.add_site(a_site("b.jp"))
    site.catalog.note_changes("b.jp", [SiteChange(TODAY, "events")])
    site.catalog.note_changes("example.jp", [SiteChange(date(2025, 12, 31), "events")])

    assert noted(site) == []


def test_what_was_noted_goes_with_its_site(site: Workspace) -> None:
    update(site, "--event", "signup")
    site.catalog.remove_site("example.jp")

    assert noted(site) == []


def test_every_declaration_that_decides_what_is_counted_is_compared() -> None:
    before = a_site()
    changed: dict[str, Any] = dict.fromkeys(DECLARED, ("x",)) | {"section_depth": 3}
    after = a_site("example.jp", **changed)

    assert changed_between(before, after) == list(DECLARED)
    assert changed_between(before, a_site(demonstration=True)) == []
    assert set(DECLARED) < set(CHANGED)
