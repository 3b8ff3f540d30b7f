"""What is installed carries everything that it needs, and building again is quick or right."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).parents[2]
PACKAGES = ("oboro", "collector", "aggregator", "dashboards")
NEEDED = ("t.js", "t.core.js", "t.mjs", "t.d.mts", "country.mmdb")
SOURCES = {".ts", ".css"}
"""What is built from, and so need not be installed."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a wheel of this tree."""
    into = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-build-isolation", "--no-deps", "--wheel-dir", str(into), str(ROOT)]
    subprocess.run([*pip, *options], check=True, capture_output=True)
    (made,) = into.glob("*.whl")
    return set(zipfile.ZipFile(made).namelist())


def test_a_wheel_carries_every_file_of_the_packages(wheel: set[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = {name for name in listed.stdout.splitlines() if Path(name).suffix not in SOURCES}

    assert {name for name in tracked if (ROOT / name).exists()} - wheel == set()


def test_a_wheel_carries_what_was_built(wheel: set[str]) -> None:
    built = {
        str(path.relative_to(ROOT)) for path in (ROOT / "oboro/built").rglob("*") if path.is_file()
    }

    assert {f"oboro/built/{name}" for name in NEEDED} <= built <= wheel


def test_a_wheel_carries_no_tests_and_no_tools(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel if "dist-info" not in name}

    assert tops == set(PACKAGES)


@pytest.mark.parametrize("name", hatch_build.BUDGETS)
def test_the_tracker_keeps_to_its_budget(name: str) -> None:
    assert packed_size(ROOT / f"oboro/built/{name}.js") <= hatch_build.BUDGETS[name]
    assert hatch_build.BUDGETS == {"t.core": 800, "t": 1500}


def packed_size(script: Path) -> int:
    """Return how many bytes *script* has when compressed."""
    return len(gzip.compress(script.read_bytes(), 9, mtime=0))


@pytest.mark.parametrize("name", ["t.core.js", "t.js", "t.mjs"])
def test_the_docs_say_how_large_the_scripts_are(name: str) -> None:
    page = (ROOT / "docs/tracker.md").read_text(encoding="utf-8")
    script = ROOT / "oboro/built" / name

    assert f"| `/{name}` | {script.stat().st_size:,} | {packed_size(script):,} |" in page


def test_the_docs_say_how_large_plausibles_script_is(tmp_path: Path) -> None:
    page = (ROOT / "docs/tracker.md").read_text(encoding="utf-8")
    script = tmp_path / "theirs.js"
    theirs = ROOT / "node_modules/@plausible-analytics/tracker/plausible.js"
    hatch_build.esbuild(ROOT, str(theirs), f"--outfile={script}", "--format=esm")

    assert f"everything | {packed_size(script):,} | esbuild" in page


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a small tree that can be built: a source of each kind, a stand-in for data."""
    for name in ("hatch_build.py", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for folder in ("collector/tracker", "dashboards/assets", "oboro"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "collector/tracker/t.ts").write_text("const n: number = 1; alert(n)")
    (tmp_path / "dashboards/assets/page.ts").write_text("document.title = `${1 as number}`")
    (tmp_path / "dashboards/assets/page.css").write_text("p { color: #ff0000 }")
    (tmp_path / "dashboards/assets/moon.svg").write_text("<svg/>")
    return tmp_path


def built(tree: Path) -> dict[str, tuple[int, int]]:
    """Return the built files with their times and inodes, which change when they are made anew."""
    root = tree / "oboro/built"
    found = ((path, path.stat()) for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): (each.st_mtime_ns, each.st_ino) for path, each in found}


def test_scripts_style_sheets_and_pictures_are_built_under_their_names(tree: Path) -> None:
    hatch_build.bundle(tree)

    assert built(tree).keys() == {
        ".stamp", "country.mmdb", "t.js",
        "assets/moon.svg", "assets/page.js", "assets/page.css",
    }  # fmt: skip
    assert (tree / "oboro/built/t.js").read_text().startswith("(()=>{")


def test_nothing_is_built_when_nothing_has_changed(tree: Path) -> None:
    hatch_build.bundle(tree)
    before = built(tree)

    hatch_build.bundle(tree)

    assert built(tree) == before


def test_a_changed_source_is_built_and_a_removed_one_goes(tree: Path) -> None:
    hatch_build.bundle(tree)
    (tree / "dashboards/assets/page.css").unlink()
    (tree / "dashboards/assets/page.ts").write_text("document.title = 'changed'")

    hatch_build.bundle(tree)

    assert "assets/page.css" not in built(tree)
    assert "changed" in (tree / "oboro/built/assets/page.js").read_text()


def test_a_source_that_is_wrong_stops_the_build(
    tree: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tree / "collector/tracker/t.ts").write_text("const = 1")

    with pytest.raises(hatch_build.BuildFailed, match="printed above"):
        hatch_build.bundle(tree)
    assert "t.ts:1" in capfd.readouterr().err
    assert not (tree / "oboro/built").exists()


def test_a_script_beyond_its_budget_stops_the_build(tree: Path) -> None:
    noise = "".join(f"alert({number * 7919 % 104729});" for number in range(2000))
    (tree / "collector/tracker/t.ts").write_text(noise)

    with pytest.raises(hatch_build.BuildFailed, match="its budget is 1500"):
        hatch_build.bundle(tree)
    assert not (tree / "oboro/built").exists()
