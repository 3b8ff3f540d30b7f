"""No address and no link leads out of the folder of publications."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.public.bundles import folders, is_folder, read, segments_of

SECRET = b"nobody's business"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one bundle's file, beside something that is not for the public."""
    (tmp_path / "catalog.db").write_bytes(SECRET)
    (tmp_path / "secret.txt").write_bytes(SECRET)
    data = tmp_path / "publications" / "example.jp" / "0001" / "data"
    data.mkdir(parents=True)
    (data / "pages.csv").write_bytes(b"key\n")
    return tmp_path / "publications"


def test_a_file_is_found_by_its_names(root: Path) -> None:
    found = read(root, ("example.jp", "0001", "data", "pages.csv"))

    assert found == (b"key\n", "text/csv")


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../secret.txt",
        "example.jp/../../secret.txt",
        "example.jp/./0001",
        "example.jp//0001",
        "/etc/passwd",
        "example.jp/.hidden",
        "example.jp/0001\\..\\..",
        "example.jp/\0",
        "example.jp/暮らし",
        "",
    ],
)
def test_an_address_with_a_name_that_no_bundle_has_is_refused(path: str) -> None:
    assert segments_of(path) is None


@given(path=st.text(st.sampled_from("./\\ab~\0"), max_size=12))
def test_no_address_steps_upwards(path: str) -> None:
    names = segments_of(path)

    assert names is None or all(name not in ("", ".", "..") and "/" not in name for name in names)


def test_no_link_is_followed_to_a_file_or_through_a_folder(root: Path) -> None:
    bundle = root / "example.jp" / "0001"
    (bundle / "linked.txt").symlink_to(root.parent / "secret.txt")
    (bundle / "out").symlink_to(root.parent)
    (bundle / "within.csv").symlink_to(bundle / "data" / "pages.csv")
    (root / "linked.example").symlink_to(root.parent)

    for names in (
        ("example.jp", "0001", "linked.txt"),
        ("example.jp", "0001", "out", "secret.txt"),
        ("example.jp", "0001", "within.csv"),
        ("linked.example", "secret.txt"),
    ):
        assert read(root, names) is None, names
    assert not is_folder(root, ("linked.example",))
    assert folders(root) == ["example.jp"]


def test_only_files_of_a_bundles_kinds_are_read(root: Path) -> None:
    folder = root / "example.jp"
    for name in ("budget.db", "run.sh", "page.js"):
        (folder / name).write_bytes(SECRET)
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.txt").mkdir()

    for name in ("budget.db", "run.sh", "page.js", "pipe.txt", "folder.txt", "absent.txt"):
        assert read(root, ("example.jp", name)) is None, name


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    assert folders(tmp_path / "absent") == []
    assert read(tmp_path / "absent", ("example.jp", "index.html")) is None
