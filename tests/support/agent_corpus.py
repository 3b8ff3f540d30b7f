"""Real agents with what they are: the fixtures that the package `device-detector` brings along.

They are those of Matomo's detector, some 38,000, written by people who looked each agent up. Names
differ between houses; the tables here say which of theirs is which of ours, and leave out what we
do not name at all. An agent whose answer is on no side counts as a miss.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml_rs

PERSON = "person"
BOT = "bot"


class Known(NamedTuple):
    """An agent and what it is; an empty answer is one that the corpus does not give."""

    agent: str
    hints: dict[str, str]
    kind: str
    browser: str
    os: str
    device: str


def corpus(every: int = 1) -> Iterator[Known]:
    """Yield each *every*th agent of people's browsers, and every bot."""
    people = 0
    for path in sorted(_folder().glob("*.yml")):
        entries: Any = yaml_rs.loads(path.read_text("utf-8"))
        for entry in entries:
            if "bot" in entry:
                yield Known(entry["user_agent"], {}, BOT, "", "", "")
            elif _part(entry, "client", "type") == "browser" and _is_a_browsers(entry):
                people += 1
                if people % every == 0:
                    yield _person(entry)


def _folder() -> Path:
    # Found without importing it: it would compile all its own rules.
    found = importlib.util.find_spec("device_detector")
    if found is None or found.origin is None:
        raise RuntimeError("install the development packages: make test does")
    return Path(found.origin).parent / "tests/fixtures/upstream"


def _is_a_browsers(entry: dict[str, Any]) -> bool:
    # Libraries of Android and macOS, by which apps fetch things: they run no page's script.
    agent = entry["user_agent"]
    return not agent.startswith("Dalvik/") and "CFNetwork/" not in agent


def _person(entry: dict[str, Any]) -> Known:
    browser, system = _part(entry, "client", "name"), _part(entry, "os", "name")
    headers = entry.get("headers") or {}
    return Known(
        agent=entry["user_agent"],
        hints={str(name).lower(): str(value) for name, value in headers.items()},
        kind=PERSON,
        browser=_BROWSERS.get(browser, browser),
        os=_SYSTEMS.get(system, system),
        device=_DEVICES.get(_part(entry, "device", "type"), ""),
    )


def _part(entry: dict[str, Any], *path: str) -> str:
    found: Any = entry
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _same(name: str, *others: str) -> dict[str, str]:
    return dict.fromkeys(others, name)


_BROWSERS: dict[str, str] = {
    **_same("Adblock Browser", "AdBlock Browser"),
    **_same("Aloha", "Aloha Browser"),
    **_same("Amazon Silk", "Mobile Silk"),
    **_same("Android WebView", "Chrome Webview"),
    **_same("Baidu", "Baidu Browser", "Baidu Browser Mobile", "Baidu Spark"),
    **_same("BlackBerry", "BlackBerry Browser"),
    **_same("Chrome", "Chrome Mobile", "Chrome Mobile iOS"),
    **_same("CM Browser", "LieBaoFast"),
    **_same("DuckDuckGo", "DuckDuckGo Privacy Browser"),
    **_same("Edge", "Microsoft Edge"),
    **_same("Espial", "Espial TV Browser"),
    **_same("Firefox", "Firefox Focus", "Firefox Mobile", "Firefox Mobile iOS", "Iceweasel"),
    **_same("Hawk", "Hawk Quick Browser"),
    **_same("HeyTap Browser", "HeyTapBrowser"),
    **_same("Huawei Browser", "Huawei Browser Mobile"),
    **_same("Internet Explorer", "AOL Explorer", "IE Mobile"),
    **_same("Meta Quest Browser", "Oculus Browser"),
    **_same("NetFront", "NetFront Life"),
    **_same("Nokia Browser", "Nokia OSS Browser"),
    **_same("Openwave", "Openwave Mobile Browser"),
    **_same("Opera", "Opera Devices", "Opera GX", "Opera Mobile", "Opera Next", "Opera Touch"),
    **_same("Opera Mini", "Opera Mini iOS"),
    **_same("Puffin", "Puffin Cloud Browser", "Puffin Web Browser"),
    **_same("QQ Browser", "QQ Browser Lite", "QQ Browser Mini"),
    **_same("Qt WebEngine", "QtWebEngine"),
    **_same("Safari", "Mobile Safari"),
    **_same("Samsung Internet", "Samsung Browser"),
    **_same("Seznam", "Seznam Browser"),
    **_same("Sogou Explorer", "Sogou Mobile Browser"),
    **_same("Sraf", "Seraphic Sraf"),
    **_same("UC Browser", "UC Browser HD", "UC Browser Mini", "UC Browser Turbo"),
    **_same("Yahoo! JAPAN app", "Yahoo! Japan Browser"),
    **_same("Yandex Browser", "Yandex Browser Lite"),
    **_same("webOS Browser", "wOSBrowser"),
}
_SYSTEMS: dict[str, str] = {
    **_same("Android", "Android TV", "ClearOS Mobile", "CyanogenMod", "Google TV", "HyperOS"),
    **_same("Android", "Lineage OS", "Meta Horizon", "MocorDroid", "PICO OS", "Smartisan OS"),
    **_same("Android", "Wear OS", "YaOS", "YunOS"),
    **_same("BSD", "FreeBSD", "NetBSD", "OpenBSD"),
    **_same("ChromeOS", "Chrome OS", "Chromium OS"),
    **_same("HarmonyOS", "HarmonyOS NEXT", "OpenHarmony"),
    **_same("iOS", "iPadOS"),
    **_same("Linux", "Arch Linux", "CentOS", "Debian", "Fedora", "GNU/Linux", "Gentoo", "Kubuntu"),
    **_same("Linux", "Mandriva", "Mint", "Opera TV", "Red Hat", "SUSE", "Slackware", "SteamOS"),
    **_same("Linux", "Ubuntu"),
    **_same("Nintendo", "Nintendo Mobile"),
    **_same("PlayStation", "PlayStation Portable"),
    **_same("Symbian", "Symbian OS", "Symbian OS Series 60", "Symbian^3"),
    **_same("Windows", "Windows RT"),
    **_same("Windows Mobile", "Windows CE"),
    **_same("macOS", "Mac"),
}
_DEVICES: dict[str, str] = {
    **_same("desktop", "desktop"),
    **_same("mobile", "feature phone", "phablet", "portable media player", "smartphone"),
    **_same("tablet", "tablet"),
    **_same("tv", "tv"),
}
"""Consoles, cameras, watches, cars and loudspeakers are none of our devices: not compared."""
