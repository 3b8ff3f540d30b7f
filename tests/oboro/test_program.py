"""The program as people run it: processes of its own, with a server and without."""

from __future__ import annotations

import resource
import stat
import urllib.request
from pathlib import Path

import pytest

from tests.support.command_line import call_oboro, served


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for the tests of this file, whose names say what they add."""
    return tmp_path_factory.mktemp("served") / "data"


def test_commands_do_the_same_with_a_server_and_without(data_dir: Path) -> None:
    alone = call_oboro("site", "add", "a.jp", "--timezone", "UTC", "--json", data_dir=data_dir)
    with served(data_dir) as server:
        answered = call_oboro(
            "site", "add", "b.jp", "--timezone", "UTC", "--json", data_dir=data_dir
        )
        again = call_oboro("site", "add", "b.jp", "--timezone", "UTC", data_dir=data_dir)
        stopped = server.stop()
    listed = call_oboro("site", "list", "--json", data_dir=data_dir)
    assert [alone.status, answered.status, again.status, stopped] == [0, 0, 3, 0]
    assert listed.document == {"sites": [alone.document, answered.document]}


def test_a_second_server_is_told_whose_directory_it_is(data_dir: Path) -> None:
    with served(data_dir) as server:
        second = call_oboro("serve", "--port", "0", data_dir=data_dir)
    assert (second.status, second.out) == (3, "")
    assert str(data_dir) in second.err
    assert f"process {server.process.pid}" in second.err


def test_a_killed_server_leaves_nothing_in_the_way(data_dir: Path) -> None:
    with served(data_dir) as server:
        server.process.kill()
        server.process.wait()
        assert stat.S_ISSOCK((data_dir / "control.sock").stat().st_mode)
    with served(data_dir) as server:
        assert urllib.request.urlopen(f"{server.url}/healthz").status == 200


def test_a_server_never_writes_its_memory_to_a_file(data_dir: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    if most == 0:
        pytest.skip("core dumps are forbidden here already")
    with served(data_dir) as server:
        assert resource.prlimit(server.process.pid, resource.RLIMIT_CORE) == (0, 0)


def test_a_stopped_server_leaves_no_socket_and_a_quiet_log(data_dir: Path) -> None:
    with served(data_dir) as server:
        server.stop()
        assert not (data_dir / "control.sock").exists()
        assert server.log.read_text() == ""


def test_an_unknown_setting_ends_with_2_before_anything_is_opened(tmp_path: Path) -> None:
    done = call_oboro("site", "list", data_dir=tmp_path / "d", OBORO_GATHERING="1")
    assert done.status == 2
    assert "did you mean OBORO_GATHERING_K?" in done.err
    assert not (tmp_path / "d").exists()


def test_help_needs_no_valid_setting(tmp_path: Path) -> None:
    assert call_oboro("site", "add", "--help", data_dir=tmp_path, OBORO_NONSENSE="1").status == 0


def test_an_address_that_others_reach_is_refused_before_anything_is_opened(
    tmp_path: Path,
) -> None:
    done = call_oboro("serve", "--host", "0.0.0.0", data_dir=tmp_path / "d")
    assert done.status == 2
    assert "admin account" in done.err
    assert not (tmp_path / "d").exists()


PREVIEW = "preview --url https://a.jp/ --ip 192.0.2.1 --user-agent Mozilla/5.0"


@pytest.mark.parametrize(
    "command",
    [
        *("node list", "node retire other", "site list", "goal list a.jp", "jobs", "key show"),
        *(
            "site update a.jp --event e",
            "site remove a.jp",
            "goal end a.jp g",
            "close-day --day 2026-01-01",
        ),
        *("erase --site a.jp --yes", "import-log --site a.jp /dev/null", PREVIEW),
        "publish --site a.jp --from 2026-01-01 --to 2026-01-31",
    ],
)
def test_a_command_for_a_directory_that_is_not_there_makes_none(
    tmp_path: Path, command: str
) -> None:
    done = call_oboro(*command.split(), data_dir=tmp_path / "mistyped")
    assert done.status == 2
    assert f"there is no data directory {tmp_path / 'mistyped'}" in done.err
    assert "OBORO_DATA_DIR" in done.err
    assert list(tmp_path.iterdir()) == []
