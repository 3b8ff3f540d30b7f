"""The keys of a site's own servers: shown once, kept as a hash, ended when they are told to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from oboro.site_keys import MOST
from oboro.workspace import Workspace
from tests.support.command_line import Finished, run_oboro
from tests.support.workspace import a_site


@pytest.fixture
def site(workspace: Workspace) -> Workspace:
    workspace.catalog.add_site(a_site(aliases=("b.jp",)))
    return workspace


def site_key(workspace: Workspace, *arguments: str) -> Finished:
    return run_oboro("site-key", *arguments, "--json", workspace=workspace)


def opened(workspace: Workspace, key: str, hours: float = 0) -> str | None:
    at = workspace.clock.now() + timedelta(hours=hours)
    found = workspace.catalog.site_with_key(key, at)
    return found.host if found else None


def test_a_key_opens_its_site_and_no_text_like_it_does(site: Workspace) -> None:
    key = site_key(site, "new", "b.jp").document["key"]

    assert opened(site, key) == "example.jp"
    assert {opened(site, text) for text in ("", key[:-1], key.upper(), f"{key} ", "é\ud800")} == {
        None
    }


def test_only_the_hash_of_a_key_is_kept(site: Workspace) -> None:
    key = site_key(site, "new", "example.jp").document["key"]
    site.catalog.engine.dispose()

    kept = b"".join(path.read_bytes() for path in Path(site.settings.data_dir).rglob("catalog.db*"))
    listed = site_key(site, "list", "example.jp")
    assert site.catalog.site_keys("example.jp")[0].digest.encode() in kept
    assert key.encode() not in kept
    assert key not in listed.out


def test_two_keys_are_different_and_each_is_revoked_by_its_name(site: Workspace) -> None:
    one, two = (site_key(site, "new", "example.jp").document for _ in range(2))
    revoked = site_key(site, "revoke", "example.jp", one["name"])

    assert revoked.document == {"site": "example.jp", "revoked": [one["name"]]}
    assert (opened(site, one["key"]), opened(site, two["key"])) == (None, "example.jp")
    assert site_key(site, "revoke", "example.jp", one["name"]).status == 2
    site_key(site, "revoke", "example.jp", "--all")
    assert opened(site, two["key"]) is None


def test_a_rotated_key_stays_good_for_the_overlap(site: Workspace) -> None:
    old = site_key(site, "new", "example.jp").document["key"]
    new = site_key(site, "rotate", "example.jp", "--overlap", "2").document["key"]

    assert (opened(site, old, 1.9), opened(site, old, 2.1)) == ("example.jp", None)
    assert opened(site, new, 1000) == "example.jp"
    # A second rotation lets no key live longer than the first one said.
    site_key(site, "rotate", "example.jp", "--overlap", "100")
    assert opened(site, old, 2.1) is None


def test_a_key_that_is_over_is_forgotten_when_the_next_is_made(site: Workspace) -> None:
    site_key(site, "new", "example.jp")
    site_key(site, "rotate", "example.jp", "--overlap", "0")
    listed = site_key(site, "list", "example.jp").document["keys"]
    assert sorted(key["good"] for key in listed) == [False, True]

    site_key(site, "new", "example.jp")

    assert len(site_key(site, "list", "example.jp").document["keys"]) == 2


def test_a_site_has_so_many_keys_and_no_more(site: Workspace) -> None:
    for _ in range(MOST):
        site_key(site, "new", "example.jp")
    refused = site_key(site, "new", "example.jp")

    assert refused.status == 3
    assert "revoke" in refused.err


def test_keys_go_with_their_site(site: Workspace) -> None:
    key = site_key(site, "new", "example.jp").document["key"]
    site.catalog.remove_site("example.jp")
    site.catalog.add_site(a_site())

    assert opened(site, key) is None
    assert site.catalog.site_keys("example.jp") == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "elsewhere.jp"),
        ("list", "not a host"),
        ("revoke", "example.jp"),
        ("revoke", "example.jp", "name", "--all"),
        ("revoke", "example.jp", "name"),
    ],
)
def test_what_is_asked_wrongly_is_told(site: Workspace, arguments: tuple[str, ...]) -> None:
    asked = site_key(site, *arguments)

    assert (asked.status, bool(asked.err)) == (2, True)
