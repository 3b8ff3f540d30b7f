"""Write THIRD_PARTY_NOTICES.md: what an installation of Oboro brings along, under which licence.

Names and versions come from the installed packages' own metadata: ``make notices``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "THIRD_PARTY_NOTICES.md"

UNKNOWN = "not declared"

HEAD = """\
# What Oboro brings along

Written by `make notices` from the packages' own metadata; do not edit by hand.
None of it is part of this repository: it is fetched at installation from the
usual package registries, in the versions that `constraints.txt` and
`package-lock.json` name. Each package carries its licence's full text.
"""


class Package(NamedTuple):
    """One third party's package, as its own metadata describes it."""

    name: str
    version: str
    licence: str


def runtime_packages(root: str = "oboro") -> list[Package]:
    """Return every Python package that *root* needs to run, directly or through others."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(root)]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        new = name not in found
        found[name] = distribution(name)
        for line in found[name].requires or ():
            needed = Requirement(line)
            extras = [extra for extra in wanted.extras if _applies(needed, extra)]
            if extras or (new and _applies(needed, "")):
                waiting.append(needed)
    del found[canonicalize_name(root)]
    return [
        Package(each.metadata["Name"], each.version, licence(each))
        for _, each in sorted(found.items())
    ]


def _applies(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


def licence(package: Distribution) -> str:
    """Return what *package* declares: an expression, classifiers, words of its own, or a file."""
    said = package.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    classified = [
        line.rsplit(" :: ", 1)[-1]
        for line in said.get_all("Classifier") or ()
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(sorted(set(classified)))
    own = said["License"].strip() if "License" in said else ""
    return own.splitlines()[0] if own else _headline(package)


def _headline(package: Distribution) -> str:
    """Return the first line of the licence that lies in *package*."""
    for path in package.files or ():
        if path.name.startswith("LICEN"):
            return path.read_text("utf-8").strip().splitlines()[0]
    return UNKNOWN


def npm_packages(kind: str) -> list[Package]:
    """Return the npm packages of *kind*: ``dependencies`` are delivered, the others build."""
    named = json.loads((ROOT / "package.json").read_text(encoding="utf-8")).get(kind, {})
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found = ((name, locked[f"node_modules/{name}"]) for name in sorted(named))
    return [Package(name, each["version"], each.get("license", "")) for name, each in found]


def table(packages: Iterable[Package]) -> Iterator[str]:
    """Yield *packages* as the lines of a Markdown table."""
    yield "| package | version | licence |"
    yield "|---|---|---|"
    for each in packages:
        yield f"| {each.name} | {each.version} | {each.licence} |"


def notices() -> str:
    """Return the whole file."""
    parts = (
        ("Python packages that it runs with", runtime_packages()),
        ("npm packages whose contents are delivered", npm_packages("dependencies")),
        ("npm packages that only build it", npm_packages("devDependencies")),
    )
    lines = [HEAD]
    for title, packages in parts:
        lines += [f"## {title}", "", *table(packages), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    FILE.write_text(notices(), encoding="utf-8")
