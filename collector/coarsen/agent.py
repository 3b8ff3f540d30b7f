"""Read an agent once: browser, system, device in names people know, and whether it is a program.

`user_agents` decides what is mobile, a tablet or a crawler; behind it stands ua-parser's Rust
resolver, which is about twenty times as fast as the matcher `user_agents` calls by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from collector.coarsen.agent_devices import device_named
from collector.coarsen.agent_marks import marked_browser, marked_system
from collector.coarsen.agent_names import BRANDS, BROWSERS, SYSTEMS, WINDOWS_VERSIONS
from collector.coarsen.programs import is_headless, is_program
from oboro.facts import OTHER, UNKNOWN

LONGEST = 1024
"""Characters of an agent that are read; the rest says nothing about browser or system."""
CACHED = 20_000
"""Agents whose reading is kept in memory, until local midnight at most."""

_PLATFORMS = {
    "Android": "Android",
    "Chrome OS": "ChromeOS",
    "Chromium OS": "ChromeOS",
    "iOS": "iOS",
    "Linux": "Linux",
    "macOS": "macOS",
    "Windows": "Windows",
}
"""Systems by what browsers call them in a client hint."""
_ORDINARY = frozenset({*_PLATFORMS.values(), OTHER, UNKNOWN})
"""Systems that a hint may correct; others are built on one of these, and a hint names that."""
_NOT_SEEN = ("desktop", OTHER, UNKNOWN)
"""Devices that a telephone is taken for when its agent hides it."""
HINTS = ("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-ch-ua-platform-version")
"""The client hints that `refine` reads: three that browsers send unasked, and one that few do."""
_BRAND = re.compile(r'"([^"]{1,40})";\s*v="(\d{1,3})')
_LEADING_NUMBER = re.compile(r'"?(\d{1,2})(?!\d)')


class Agent(NamedTuple):
    """An agent in coarse values; *program* and *headless* decide whether it is counted."""

    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str
    program: bool
    headless: bool


NO_AGENT = Agent(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, program=True, headless=False)


@lru_cache(CACHED)
def read_agent(agent: str) -> Agent:
    """Read *agent*; any text is taken, and what it does not name becomes ``(other)``."""
    agent = agent[:LONGEST].strip()
    if agent in ("", "-"):
        return NO_AGENT
    parsed = _parser()(agent)
    browser, version = BROWSERS.get(parsed.browser.family, OTHER), parsed.browser.version
    if marked := marked_browser(agent, parsed.browser.family):
        browser, version = marked.browser, (marked.major,)
    system = SYSTEMS.get(parsed.os.family, OTHER)
    other_system = marked_system(agent, parsed.os.family)
    return Agent(
        browser=browser,
        browser_version=_browser_version(browser, version),
        os=other_system or system,
        # A system known by its mark has a version of its own, which its agent does not say.
        os_version=other_system or _os_version(system, parsed.os.version, parsed.os.version_string),
        device=_device(agent, parsed),
        program=bool(parsed.is_bot) or is_program(agent),
        headless=is_headless(agent),
    )


def refine(agent: Agent, hints: Mapping[str, str]) -> Agent:
    """Return *agent* with what the client hints say more exactly than the agent's text.

    >>> chrome = Agent("Chrome", "Chrome 120", "Windows", "Windows 10", "desktop", False, False)
    >>> refine(chrome, {"sec-ch-ua-platform-version": '"15.0.0"'}).os_version
    'Windows 11'
    """
    for brand, major in _BRAND.findall(hints.get("sec-ch-ua", "")):
        if brand in BRANDS and BRANDS[brand] != "Chrome":
            name = BRANDS[brand]
            agent = agent._replace(browser=name, browser_version=_browser_version(name, (major,)))
            break
    platform = _PLATFORMS.get(hints.get("sec-ch-ua-platform", "").strip('" '), agent.os)
    if agent.os in _ORDINARY and platform != agent.os:
        # A browser that is asked for a desktop's page, or wears another's agent.
        agent = agent._replace(os=platform, os_version=platform)
    if hints.get("sec-ch-ua-mobile", "").strip() == "?1" and agent.device in _NOT_SEEN:
        agent = agent._replace(device="mobile")
    if version := _LEADING_NUMBER.match(hints.get("sec-ch-ua-platform-version", "")):
        number = int(version[1])
        if agent.os == "Windows" and number:
            # Windows 11 begins with 13 on this scale.
            agent = agent._replace(os_version="Windows 11" if number >= 13 else "Windows 10")
        elif agent.os in ("Android", "macOS") and number >= 5:
            agent = agent._replace(os_version=f"{agent.os} {number}")
    return agent


def _browser_version(browser: str, version: tuple[object, ...]) -> str:
    if browser in (OTHER, UNKNOWN) or not version:
        return browser
    major = str(version[0])
    return f"{browser} {int(major)}" if re.fullmatch("[0-9]{1,3}", major) else browser


def _os_version(system: str, version: tuple[object, ...], text: str) -> str:
    if system == "Windows":
        return f"Windows {text}" if text in WINDOWS_VERSIONS else system
    numbers = [part for part in version if isinstance(part, int) and 0 <= part < 100]
    if system == "macOS" and len(numbers) >= 2 and numbers[0] == 10:
        return f"macOS 10.{numbers[1]}"
    if system in ("macOS", "iOS", "Android", "HarmonyOS") and numbers:
        return f"{system} {numbers[0]}"
    return system


def _device(agent: str, parsed: _Parsed) -> str:
    if named := device_named(agent):
        return named
    if parsed.is_tablet:
        return "tablet"
    if parsed.is_mobile:
        return "mobile"
    return "desktop" if parsed.is_pc else OTHER


class _Named(NamedTuple):
    family: str
    version: tuple[object, ...]
    version_string: str


class _Parsed(NamedTuple):
    browser: _Named
    os: _Named
    is_tablet: bool
    is_mobile: bool
    is_pc: bool
    is_bot: bool


class _Parse:
    """Read an agent by `user_agents` with the Rust resolver behind it."""

    def __init__(self) -> None:
        # Building the resolver takes half a second, so it waits for the first agent.
        from types import SimpleNamespace

        import user_agents.parsers
        from ua_parser import Parser
        from ua_parser.loaders import load_builtins
        from ua_parser.regex import Resolver

        self._resolve = Parser(Resolver(load_builtins())).parse
        # It takes its parser from a name in its own module, which is all that is replaced.
        user_agents.parsers.user_agent_parser = SimpleNamespace(Parse=self._as_before)
        self._user_agent = user_agents.parsers.UserAgent

    def __call__(self, agent: str) -> _Parsed:
        parsed = self._user_agent(agent)
        return _Parsed(
            browser=_Named(*parsed.browser),
            os=_Named(*parsed.os),
            is_tablet=parsed.is_tablet,
            is_mobile=parsed.is_mobile,
            is_pc=parsed.is_pc,
            is_bot=parsed.is_bot,
        )

    def _as_before(self, agent: str) -> dict[str, dict[str, str | None]]:
        found = self._resolve(agent).with_defaults()
        browser, system, device = found.user_agent, found.os, found.device
        return {
            "user_agent": {
                "family": browser.family,
                "major": browser.major,
                "minor": browser.minor,
                "patch": browser.patch,
            },
            "os": {
                "family": system.family,
                "major": system.major,
                "minor": system.minor,
                "patch": system.patch,
            },
            "device": {"family": device.family, "brand": device.brand, "model": device.model},
        }


@cache
def _parser() -> _Parse:
    return _Parse()
