"""Check a bundle offline: every file is what was signed, and says what the others say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from aggregator.publish.bundle import PUBLIC_KEY, SIGNATURE, SUMS, UNSIGNED, comment_for, digest
from aggregator.publish.data_package import csv_of, csv_path
from aggregator.publish.minisign import (
    DoesNotHold,
    NotAKey,
    PublicKey,
    comment_of,
    read_public_key,
)
from oboro.errors import UsageError
from oboro.publication import FILE, NotAPublication, Publication, decode

_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


class Problem(NamedTuple):
    """What is wrong with which file of a bundle."""

    file: str
    problem: str


class Checked(NamedTuple):
    """What a check found, and what the bundle is by its own account."""

    problems: list[Problem]
    publication: Publication | None
    key: PublicKey | None
    sums: str | None
    """The hash of its list of hashes, by which the next publication names it."""


def check_bundle(directory: Path, trusted: PublicKey | None = None) -> Checked:
    """Check the bundle in *directory*, against the *trusted* key if one is given.

    Without one, the bundle's own key is taken, which tells that nothing was changed by anybody who
    has not that key, and not whose key it is. A `UsageError` when there is no such directory.
    """
    contents, problems = _files_in(directory)
    for name in (FILE, SUMS, SIGNATURE, PUBLIC_KEY):
        if name not in contents and name not in {problem.file for problem in problems}:
            problems.append(Problem(name, "is missing"))
    publication = None
    if FILE in contents:
        try:
            publication = decode(contents[FILE])
        except NotAPublication as error:
            problems.append(Problem(FILE, str(error).removeprefix(f"{FILE} ")))
    key = None
    if PUBLIC_KEY in contents:
        try:
            key = read_public_key(contents[PUBLIC_KEY])
        except NotAKey as error:
            problems.append(Problem(PUBLIC_KEY, str(error)))
    problems += as_listed(contents)
    problems += _signature(contents, trusted or key, publication)
    if trusted is not None and key is not None and key != trusted:
        says = f"is the key {key.name}, and not {trusted.name}, which was asked for"
        problems.append(Problem(PUBLIC_KEY, says))
    if publication is not None:
        problems += _tables(contents, publication)
    sums = digest(contents[SUMS]) if SUMS in contents else None
    return Checked(_each_file_once(problems), publication, key, sums)


def check_chain(bundles: Sequence[tuple[str, Checked]]) -> list[Problem]:
    """Check that bundles of one site that follow each other by number name each other by hash."""
    known = {
        (checked.publication.site, checked.publication.number): (name, checked)
        for name, checked in bundles
        if checked.publication is not None
    }
    problems = []
    for (site, number), (name, checked) in sorted(known.items()):
        before = known.get((site, number - 1))
        assert checked.publication is not None
        if before is not None and checked.publication.previous != before[1].sums:
            says = f"does not follow {before[0]}: it names another publication before it"
            problems.append(Problem(f"{name}/{FILE}", says))
    return problems


def _files_in(directory: Path) -> tuple[dict[str, bytes], list[Problem]]:
    if not directory.is_dir():
        raise UsageError(f"{directory} is no folder; name the folder of a publication")
    contents: dict[str, bytes] = {}
    problems = []
    named = _named_in(directory / SUMS)
    for folder, folders, names in os.walk(directory):
        for name in sorted([*folders, *names]):
            path = Path(folder) / name
            relative = path.relative_to(directory).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                problems.append(Problem(relative, "is neither a file nor a folder"))
            elif path.is_file() and relative not in named:
                # However large it is: that it is there is all that matters.
                contents[relative] = b""
            elif path.is_file():
                try:
                    contents[relative] = path.read_bytes()
                except OSError as error:
                    problems.append(Problem(relative, f"cannot be read: {error.strerror}"))
    return contents, problems


def _named_in(sums: Path) -> set[str]:
    """Return which files are read: those that the list of hashes names, and what a bundle needs."""
    needed = {FILE, SUMS, SIGNATURE, PUBLIC_KEY}
    if sums.is_symlink() or not sums.is_file():
        return needed
    try:
        lines = sums.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError:
        return needed
    return needed | {found[2] for line in lines if (found := _LINE.fullmatch(line))}


def as_listed(contents: Mapping[str, bytes]) -> Iterator[Problem]:
    """Find files of *contents* that are not as their own list of hashes says."""
    if SUMS not in contents:
        return
    listed: dict[str, str] = {}
    text = contents[SUMS].decode("utf-8", "replace")
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in listed or found[2] in UNSIGNED:
            yield Problem(SUMS, f"its line {number} is not a hash and the name of another file")
            continue
        listed[found[2]] = found[1]
    for path, expected in listed.items():
        if path not in contents:
            yield Problem(path, "is missing")
        elif digest(contents[path]) != expected:
            yield Problem(path, "was changed")
    for path in sorted(contents.keys() - listed.keys() - UNSIGNED):
        yield Problem(path, "was added")


def _signature(
    contents: Mapping[str, bytes], key: PublicKey | None, publication: Publication | None
) -> Iterator[Problem]:
    if key is None or SUMS not in contents or SIGNATURE not in contents:
        return
    try:
        comment = comment_of(contents[SIGNATURE], contents[SUMS], key)
    except NotAKey as error:
        yield Problem(SIGNATURE, str(error))
        if isinstance(error, DoesNotHold):
            yield Problem(SUMS, "is not what was signed")
        return
    if publication is not None and comment != comment_for(publication):
        yield Problem(SIGNATURE, "signs another publication")


def _tables(contents: Mapping[str, bytes], publication: Publication) -> Iterator[Problem]:
    for table in publication.tables:
        path = csv_path(table.name)
        if path not in contents:
            yield Problem(path, "is missing")
        elif contents[path] != csv_of(table):
            yield Problem(path, f"does not say what {FILE} says")


def _each_file_once(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problem of each file: what follows from it need not be told."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.file, problem)
    return list(first.values())
