"""Settings: read once, environment over file, wrong names refused, all of them documented."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_network
from pathlib import Path

import pytest

from oboro.errors import UsageError
from oboro.settings import KNOBS, Settings, as_page, environment_name

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_nothing_has_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load({}) == Settings()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "any.toml"
    file.write_text("port = 1\nvisit_minutes = 20\n")
    settings = Settings.load({"OBORO_CONFIG": str(file), "OBORO_PORT": "2"})
    assert (settings.port, settings.visit_minutes) == (2, 20)


def test_the_working_directory_s_file_is_read_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "oboro.toml").write_text('trusted_proxies = ["10.0.0.0/8", "::1/128"]\n')
    expected = (ip_network("10.0.0.0/8"), ip_network("::1/128"))
    assert Settings.load({}).trusted_proxies == expected


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.toml"):
        Settings.load({"OBORO_CONFIG": str(tmp_path / "gone.toml")})


@pytest.mark.parametrize(
    ("variable", "close"),
    [
        ("OBORO_GATHERING_KAY", "OBORO_GATHERING_K"),
        ("OBORO_TICK_SECOND", "OBORO_TICK_SECONDS"),
        ("OBORO_CONFIGURATION", "OBORO_CONFIG"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_closest_name(variable: str, close: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings.load({variable: "1"})
    assert variable in str(caught.value)
    assert f"did you mean {close}?" in str(caught.value)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "oboro.toml"
    file.write_text("gathering_kk = 3\n")
    with pytest.raises(UsageError, match=r"did you mean gathering_k\?"):
        Settings.load({"OBORO_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "65536"),
        ("port", "eighty"),
        ("gathering_k", "0"),
        ("tick_seconds", "-1"),
        ("tick_seconds", "nan"),
        ("tick_seconds", "ten"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("log_level", "loud"),
        ("data_dir", ""),
        ("cookie_domain", "city.example.jp; HttpOnly"),
        ("cookie_domain", "https://city.example.jp"),
        ("store_url", "db.example.jp:8123"),
        ("store_url", "10.0.0.5:8123/default"),
        ("store_url", "http://"),
        ("store_url", "http://db.example.jp:81230/"),
        ("store_url", "http://[::1/"),
        ("store_url", "ftp://db.example.jp/"),
        ("store_url", " "),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"{environment_name(name)}: must "):
        Settings.load({environment_name(name): text})


@pytest.mark.parametrize(
    "address",
    [
        "http://oboro:w%2Frd@127.0.0.1:8123/default?secure=0",
        "https://db.example.jp",
        "http://[::1]:8123/",
        "chdb:///srv/store",
    ],
)
def test_an_address_of_a_store_is_taken_as_it_is(address: str) -> None:
    assert Settings.load({"OBORO_STORE_URL": address}).store_url == address


def test_a_refused_address_of_a_store_is_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        Settings.load({"OBORO_STORE_URL": "http://oboro:hunter2@db.example.jp:port/"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("name", KNOBS)
def test_every_default_survives_its_own_parser(name: str) -> None:
    knob = KNOBS[name]
    default = knob.default
    text = "" if default in (None, ()) else str(default)
    assert knob.metadata["parse"](text) == default


def test_the_page_of_settings_is_the_one_written_from_them() -> None:
    assert PAGE.read_text(encoding="utf-8") == as_page()


def test_settings_cannot_change_while_they_are_in_use() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]  # the point of the test


def test_a_password_in_the_store_s_address_is_not_shown() -> None:
    assert "hunter2" not in repr(Settings(store_url="http://oboro:hunter2@db.example.jp"))


@pytest.mark.parametrize("name", ["", "Collector", "a b", "2nd", "a--b", "a-", "a" * 33, "a\n"])
def test_a_collector_s_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(UsageError, match="OBORO_NODE: must be a name"):
        Settings.load({"OBORO_NODE": name})


def test_a_collector_has_a_name_without_being_given_one() -> None:
    assert Settings.load({}).node == "collector"
    assert Settings.load({"OBORO_NODE": "collector-2"}).node == "collector-2"
