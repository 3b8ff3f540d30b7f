"""What a site declares any number of, as options of the commands that add and update sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

LISTS: Mapping[str, tuple[str, str, str]] = {
    "aliases": ("--alias", "HOST", "Another host of the site."),
    "campaigns": ("--campaign", "NAME", "A campaign to tell apart."),
    "events": ("--event", "NAME", "An event that pages report."),
    "query_keys": ("--query-key", "KEY", "A query key that names pages."),
    "search_keys": ("--search-key", "KEY", "A query key that names what is looked for."),
    "properties": ("--property", "KEY=VALUE", "A property, with one of its values."),
    "downloads": (
        "--download",
        "ENDING",
        "An ending of files that are downloads, such as pdf; without any, the usual ones.",
    ),
    "known_as": (
        "--known-as",
        "NAME",
        "What another product's tracker calls the site, such as matomo:3.",
    ),
    "sections": ("--section", "PATH=NAME", "A rule for sections, such as /kurashi/*=Living."),
    "excluded_networks": ("--exclude-network", "NETWORK", "Not counted, such as 192.0.2.0/24."),
    "excluded_hosts": ("--exclude-host", "HOST", "Not counted, such as *.test.example.jp."),
    "excluded_paths": ("--exclude-path", "PATH", "Not counted, such as /admin/*."),
    "spam_referrers": ("--spam-referrer", "DOMAIN", "No visit from there is counted."),
}
"""By the name it is kept under: the option, what it takes, and what it is for."""

Command = Callable[..., None]


def declared_lists(command: Command) -> Command:
    """Add the options of all `LISTS` to *command*, each of which may be given again and again."""
    for name, (option, takes, meaning) in reversed(tuple(LISTS.items())):
        command = click.option(option, name, multiple=True, metavar=takes, help=meaning)(command)
    return command
