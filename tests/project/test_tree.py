"""What is committed keeps to the house rules: small files, telling names, nothing of others."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("oboro", "collector", "aggregator", "dashboards")
LONGEST = 400
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff)(_|$)")
MACHINE_PATH = re.compile(r"(?<![\w.:/}])/(?:work|root|home)/|/\.pyenv/|/opt/(?:pypi|wheels)")
DATA = {".mmdb", ".parquet", ".db", ".sqlite", ".log", ".gz", ".zip", ".whl", ".tgz", ".ttf"}
DATA |= {".woff", ".woff2", ".otf", ".csv", ".tsv", ".dat"}
PICTURE = {".png", ".ico", ".gif", ".jpg"}
IGNORED = re.compile(
    r"(?:type: ignore(?P<kind>\[[^\]]+\])?|noqa(?P<rule>: [A-Z0-9, ]+)?)(?P<why>.*)$"
)


def tracked() -> list[Path]:
    """Return the files that git keeps, and those that it would keep at the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every tracked file that is text, with its contents."""
    for path in tracked():
        if path.suffix not in PICTURE:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def sources() -> Iterator[tuple[Path, str]]:
    """Yield the files of the four packages."""
    yield from ((path, text) for path, text in texts() if path.parts[0] in PACKAGES)


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [
        str(path) for path, _ in texts() for part in path.parts if VAGUE.search(Path(part).stem)
    ]

    assert vague == []


def test_no_source_file_is_too_long_to_hold_one_idea() -> None:
    lengths = {
        str(path): text.count("\n")
        for path, text in sources()
        if path.suffix != ".po"  # gettext wants a language's texts in one file
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_path_of_somebodys_machine_is_committed() -> None:
    found = [
        f"{path}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line) and path.name != Path(__file__).name
    ]

    assert found == []


@pytest.mark.parametrize("line", ["see /work/main", "cd /root/oboro", "in '/home/me/x'"])
def test_a_path_of_somebodys_machine_would_be_found(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("name", ["package-lock.json", "constraints.txt", "package.json"])
def test_versions_are_pinned_without_addresses(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_every_locked_npm_package_has_a_checksum() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, each in packages.items() if name and "integrity" not in each] == []


def test_no_data_and_no_built_file_is_committed() -> None:
    assert [str(path) for path in tracked() if path.suffix in DATA or "built" in path.parts] == []


def test_every_check_that_is_switched_off_says_why() -> None:
    """The reason stands behind it on its line, or in a comment on the line before."""
    silent = []
    for path, text in texts():
        if path.suffix != ".py" or path.name == Path(__file__).name:
            continue
        lines = ["", *text.splitlines()]
        for number, line in enumerate(lines):
            if "# " not in line or not (found := IGNORED.search(line.split("# ", 1)[1])):
                continue
            said = re.search(r"\w+ \w+", found["why"]) or lines[number - 1].lstrip().startswith("#")
            if not said:
                silent.append(f"{path}:{number}")

    assert silent == []
