"""Each import contract is kept, and each has teeth: an import that it forbids breaks it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("oboro", "collector", "aggregator", "dashboards")

FORBIDDEN = {
    "floors": ("oboro/clock.py", "import aggregator"),
    "collector": ("oboro/clock.py", "import collector"),
    "apart": ("collector/arrival.py", "import dashboards"),
    "arrivals": ("aggregator/__init__.py", "import collector.arrival"),
    "places": ("collector/coarse.py", "import maxminddb"),
    "agents": ("collector/coarse.py", "import ua_parser"),
    "store": ("aggregator/__init__.py", "import clickhouse_connect"),
    "disclosure": ("aggregator/disclosure/adjust.py", "import oboro.catalog"),
    "noise": ("aggregator/disclosure/adjust.py", "import opendp"),
    "page": ("aggregator/publish/page/rows.py", "import aggregator.publish.draws"),
    "public": ("dashboards/public/bundles.py", "import oboro.store"),
}
"""For each contract an import that it must refuse, and the file to plant it in."""


def contracts() -> dict[str, str]:
    """Return the declared contracts: their names by their ids."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {each["id"]: each["name"] for each in declared["tool"]["importlinter"]["contracts"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the packages that may be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("built", "__pycache__"),
        )
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in *tree* the way ``make check`` does."""
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-logo", "--no-cache"], cwd=tree, capture_output=True, text=True, check=False
    )


def broken(printed: str) -> set[str]:
    """Return the names of the contracts that *printed* reports as broken."""
    return set(re.findall(r"^(.*) BROKEN", printed, re.MULTILINE))


def test_every_contract_has_an_import_that_it_is_seen_to_refuse() -> None:
    assert set(FORBIDDEN) == set(contracts())


def test_the_tree_as_it_stands_keeps_every_contract(tree: Path) -> None:
    done = lint(tree)

    assert (done.returncode, broken(done.stdout)) == (0, set()), done.stdout


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(tree: Path, contract: str) -> None:
    file, statement = FORBIDDEN[contract]
    with (tree / file).open("a", encoding="utf-8") as spoilt:
        spoilt.write(f"\n\ndef planted() -> None:\n    {statement}\n")

    done = lint(tree)

    assert done.returncode != 0
    assert contracts()[contract] in broken(done.stdout)
