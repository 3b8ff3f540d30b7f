"""What an installation brings along is listed with its licence."""

from __future__ import annotations

import json
import re

import pytest

from tools.notices import FILE, ROOT, UNKNOWN, npm_packages, runtime_packages


def listed() -> set[str]:
    """Return the names of the packages in the committed file."""
    return set(re.findall(r"^\| (\S+) \| \S+ \| .+ \|$", FILE.read_text("utf-8"), re.MULTILINE))


def test_every_package_that_oboro_runs_with_is_listed() -> None:
    assert {package.name for package in runtime_packages()} <= listed(), "run: make notices"


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_every_npm_package_is_listed(kind: str) -> None:
    assert {package.name for package in npm_packages(kind)} <= listed(), "run: make notices"


def test_nothing_is_listed_that_is_not_installed_any_more() -> None:
    pinned = set(re.findall(r"^([^=\s]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    named = json.loads((ROOT / "package.json").read_text())
    known = pinned | set(named["dependencies"]) | set(named["devDependencies"])

    assert listed() <= known | {"package"}, "run: make notices"


def test_every_package_declares_a_licence() -> None:
    delivered = runtime_packages() + npm_packages("dependencies")

    assert [each.name for each in delivered if each.licence in ("", UNKNOWN)] == []
