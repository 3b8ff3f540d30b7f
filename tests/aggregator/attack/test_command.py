"""``oboro attack`` reads bundles from the disk, says what it found, and ends accordingly."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from aggregator.commands.attack import attack
from oboro.closed_lists import CLOSED_LISTS
from oboro.errors import UsageError
from oboro.program import Program
from oboro.publication import Publication
from tests.aggregator.attack.releases import Publisher, bundle_of

MAY = ("2026-05-01", "2026-05-31")


def told(*directories: Path) -> tuple[int, dict[str, object]]:
    """Return the status and the document of the command."""
    arguments = [*map(str, directories), "--json"]
    answer = CliRunner().invoke(attack, arguments, obj=Program({}))
    return answer.exit_code, msgspec.json.decode(answer.stdout) if answer.stdout else {}


def written(directory: Path, publication: Publication) -> Path:
    """Write the bundle of *publication* to the disk."""
    for name, content in bundle_of(publication).files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory


@pytest.fixture
def publication() -> Publication:
    """A publication whose tables hold the keys that ship with the program, and pages."""
    publisher = Publisher(rng=np.random.default_rng(3), keys=CLOSED_LISTS)
    return publisher.publish({MAY: publisher.draw(MAY)}).publication


def test_an_honest_bundle_ends_with_0(publication: Publication, tmp_path: Path) -> None:
    status, document = told(written(tmp_path / "0001", publication))

    assert document == {"ok": True, "bundles": 1, "attacks": 7, "findings": []}
    assert status == 0


def test_a_broken_bundle_is_named_and_ends_with_1(publication: Publication, tmp_path: Path) -> None:
    less = msgspec.structs.replace(publication.tables[0], scale="1/2")
    broken = msgspec.structs.replace(publication, tables=(less, *publication.tables[1:]))

    status, document = told(written(tmp_path / "0001", broken))

    assert status == 1
    assert document["ok"] is False
    assert {finding["bundle"] for finding in document["findings"]} == {"0001"}  # type: ignore[attr-defined]  # a JSON document


def test_a_folder_without_a_publication_is_named(tmp_path: Path) -> None:
    answer = CliRunner().invoke(attack, [str(tmp_path)], obj=Program({}))

    assert isinstance(answer.exception, UsageError)
    assert str(tmp_path) in str(answer.exception)
