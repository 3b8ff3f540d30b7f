"""``oboro verify``: whatever is changed in a bundle, by a bit or by a file, is refused by name."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from aggregator.publish.bundle import SIGNATURE, SUMS, bundle_digest_of, put, read, signed
from aggregator.publish.minisign import SecretKey
from aggregator.publish.verifying import check_bundle
from oboro.randomness import SeededRandomness
from oboro.workspace import Workspace
from tests.support.bundles import KEY, a_bundle, bundle_of, three_tables
from tests.support.command_line import Finished, run_oboro

OTHER_KEY = SecretKey.new(SeededRandomness(2))
MUTANTS = 2000


def verify(workspace: Workspace, *arguments: object) -> Finished:
    return run_oboro("verify", *map(str, arguments), "--json", workspace=workspace)


def test_what_was_signed_is_accepted(workspace: Workspace, tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")

    for arguments in ((), ("--key", KEY.public.line), ("--key", bundle / "oboro.pub")):
        done = verify(workspace, bundle, *arguments)
        assert (done.status, done.document["ok"], done.document["problems"]) == (0, True, [])


def test_two_thousand_mutants_of_one_bit_are_refused_and_named(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    contents = read(bundle)
    chance = random.Random(20261125)
    # Each file has its share of the mutants, however short it is, and all bits of the signature.
    bits = [
        (name, bit)
        for name in sorted(contents)
        for bit in chance.sample(range(len(contents[name]) * 8), k=min(150, len(contents[name])))
    ]
    bits += [(SIGNATURE, bit) for bit in range(len(contents[SIGNATURE]) * 8)]
    accepted = []
    for name, bit in chance.sample(bits, k=MUTANTS):
        changed = bytearray(contents[name])
        changed[bit // 8] ^= 1 << bit % 8
        (bundle / name).write_bytes(changed)
        if name not in {problem.file for problem in check_bundle(bundle).problems}:
            accepted.append((name, bit))
        (bundle / name).write_bytes(contents[name])

    assert accepted == []
    assert check_bundle(bundle).problems == []


@pytest.mark.parametrize("name", sorted(bundle_of(three_tables())))
def test_a_removed_file_is_named(workspace: Workspace, tmp_path: Path, name: str) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / name).unlink()

    done = verify(workspace, bundle)

    assert done.status == 1
    assert {"file": name, "problem": "is missing"} in done.document["problems"]


def test_an_added_file_is_not_read_however_large_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / "large.bin").write_bytes(b"")
    read_names: list[str] = []
    honest = Path.read_bytes

    def noted(path: Path) -> bytes:
        read_names.append(path.name)
        return honest(path)

    monkeypatch.setattr(Path, "read_bytes", noted)

    [problem] = check_bundle(bundle).problems

    assert problem == ("large.bin", "was added")
    assert SUMS in read_names
    assert "large.bin" not in read_names


@pytest.mark.parametrize("name", ["note.txt", "data/more.csv", "new/page.html", ".hidden"])
def test_an_added_file_is_named(workspace: Workspace, tmp_path: Path, name: str) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_text("more")

    done = verify(workspace, bundle)

    assert (done.status, done.document["problems"]) == (
        1,
        [{"file": name, "problem": "was added"}],
    )


def test_a_link_is_no_file(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / "index.html").unlink()
    (bundle / "index.html").symlink_to("ja/index.html")

    assert ("index.html", "is neither a file nor a folder") in check_bundle(bundle).problems


def test_the_signature_of_another_publication_is_refused(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / SIGNATURE).write_bytes(bundle_of(three_tables(number=2))[SIGNATURE])

    assert [problem.file for problem in check_bundle(bundle).problems] == [SIGNATURE, SUMS]


def test_a_comment_about_another_publication_is_refused(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    sums = (bundle / SUMS).read_bytes()
    (bundle / SIGNATURE).write_bytes(KEY.sign(sums, "Oboro publication 2 of example.jp"))

    assert check_bundle(bundle).problems == [(SIGNATURE, "signs another publication")]


def test_a_bundle_signed_anew_by_another_is_refused_when_the_key_is_known(
    workspace: Workspace, tmp_path: Path
) -> None:
    bundle = a_bundle(tmp_path / "bundle", key=OTHER_KEY)

    alone = verify(workspace, bundle)
    done = verify(workspace, bundle, "--key", KEY.public.line)

    assert (alone.status, alone.document["keys"]) == (0, [OTHER_KEY.public.line])
    assert done.status == 1
    assert {problem["file"] for problem in done.document["problems"]} == {SIGNATURE, "oboro.pub"}


def test_a_swapped_signature_and_key_are_refused_by_what_they_sign(tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    other = bundle_of(three_tables(), OTHER_KEY)
    for name in ("oboro.pub", SIGNATURE):
        (bundle / name).write_bytes(other[name])

    problems = {problem.file for problem in check_bundle(bundle).problems}
    assert problems == {SIGNATURE, SUMS, "oboro.pub"}


def test_tables_that_contradict_the_figures_are_named_even_when_signed(tmp_path: Path) -> None:
    contents = bundle_of(three_tables())
    contents["data/pages.csv"] = contents["data/pages.csv"].replace(b"800", b"900")
    unsigned = {name: contents[name] for name in contents if name not in (SUMS, SIGNATURE)}
    put(signed(unsigned, three_tables(), KEY), tmp_path / "bundle")

    assert check_bundle(tmp_path / "bundle").problems == [
        ("data/pages.csv", "does not say what publication.json says")
    ]


def test_publications_that_do_not_follow_each_other_are_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = a_bundle(tmp_path / "1")
    sums = bundle_digest_of(read(first))
    second = a_bundle(tmp_path / "2", three_tables(number=2, previous=sums))
    stranger = a_bundle(tmp_path / "3", three_tables(number=2, previous="ab" * 32))

    assert verify(workspace, first, second).document["ok"] is True
    done = verify(workspace, first, stranger)
    assert (done.status, [problem["file"] for problem in done.document["problems"]]) == (
        1,
        [f"{stranger}/publication.json"],
    )


@pytest.mark.parametrize("content", [b"", b"\xff", b"no sums\n", b"0" * 64 + b" *a\n"])
def test_a_list_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    bundle = a_bundle(tmp_path / "bundle")
    (bundle / SUMS).write_bytes(content)

    assert SUMS in {problem.file for problem in check_bundle(bundle).problems}


def test_what_is_no_folder_or_no_key_is_a_wrong_use(workspace: Workspace, tmp_path: Path) -> None:
    bundle = a_bundle(tmp_path / "bundle")

    assert verify(workspace, tmp_path / "none").status == 2
    assert verify(workspace, bundle, "--key", "RWnotakey").status == 2
    assert verify(workspace, tmp_path).status == 1


def test_figures_of_another_format_are_named(tmp_path: Path) -> None:
    publication = msgspec.structs.replace(three_tables(), format=2)
    a_bundle(tmp_path / "bundle", publication)

    [problem] = check_bundle(tmp_path / "bundle").problems

    assert problem.file == "publication.json"
    assert "is of format 2" in problem.problem
