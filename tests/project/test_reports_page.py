"""docs/reports.md names everything a report can be asked for, and its examples are real."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.commands.report import report
from aggregator.reports.query import BY
from oboro.topics import METRICS
from oboro.workspace import Workspace
from tests.project.test_docs import entries
from tools import reports_page

PAGE = Path(reports_page.FILE).read_text(encoding="utf-8")


def test_every_metric_and_everything_a_report_can_be_by_is_documented() -> None:
    assert {*METRICS, *BY} - entries(PAGE) == set()


def test_every_option_is_documented() -> None:
    assert {option.opts[0] for option in report.params} - entries(PAGE) == set()


def test_the_examples_print_what_the_page_shows(workspace: Workspace) -> None:
    reports_page.fill(workspace)

    again = reports_page.with_examples(PAGE, lambda command: reports_page.said(command, workspace))

    assert again == PAGE, "run: make docs"
    assert PAGE.count("$ oboro report") == 7


@pytest.mark.parametrize("name", ["views", "country", "total"])
def test_what_is_taken_out_of_the_page_is_missed(name: str) -> None:
    assert name not in entries(PAGE.replace(f"`{name}`", "`x`"))
