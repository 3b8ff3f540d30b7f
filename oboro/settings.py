"""Read the settings once, from ``OBORO_*`` variables over ``oboro.toml``; refuse what is unknown.

Each field carries its parser, its help and its default. ``docs/settings.md`` is written from
them: ``python -m oboro.settings``.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar

from oboro.errors import UsageError
from oboro.store_address import store_address

PREFIX = "OBORO_"
CONFIG = "OBORO_CONFIG"
"""Names the file; it is the one variable of ours that is not a setting itself."""

LICENCES = ("CC-BY-4.0", "CC0-1.0")
"""Licences under which figures can be published."""

_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_DOMAIN = re.compile(rf"\.?{_LABEL}(\.{_LABEL})+", re.IGNORECASE)

NODE_NAME = re.compile(r"[a-z](?:-?[a-z0-9]){0,31}")
"""What a collector may be called."""

Value = TypeVar("Value")
Network = IPv4Network | IPv6Network


def setting(
    parse: Callable[[str], Value], meaning: str, *, default: Value, secret: bool = False
) -> Value:
    """Declare a field of `Settings`: its parser, what it means, its default.

    A *secret* one is not shown when settings are printed.
    """
    return field(default=default, repr=not secret, metadata={"parse": parse, "help": meaning})


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        if number < least:
            raise ValueError(f"must be at least {least}")
        if most is not None and number > most:
            raise ValueError(f"must be at most {most}")
        return number

    return parse


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("must be a number of seconds") from None
    if not 0 < number < 1e9:
        raise ValueError("must be more than 0, and less than 1e9")
    return number


def _domain(text: str) -> str:
    # It goes into a header as it is, and a browser drops a cookie whose domain it cannot read.
    if text and not _DOMAIN.fullmatch(text):
        raise ValueError("must be a domain like city.example.jp, or empty")
    return text.lstrip(".")


def _path(text: str) -> Path:
    if not text:
        raise ValueError("must name a path")
    return Path(text).expanduser()


def _file_or_bundled(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise ValueError(
            "must be networks like 10.0.0.0/8, with no host's bits, separated by commas"
        ) from None


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is no host; write it without https:// and port")
    return hosts


def _address(text: str) -> tuple[str, int] | None:
    """Return host and port of *text*; a port alone is one of this machine's own.

    >>> _address("9100"), _address("[::1]:9100"), _address("10.0.0.5:9100")
    (('127.0.0.1', 9100), ('::1', 9100), ('10.0.0.5', 9100))
    """
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("must be a port like 9100, or an address and a port like 127.0.0.1:9100")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError("must have an IPv6 address in brackets, like [::1]:9100")
    return host.strip("[]") or "127.0.0.1", int(port)


def _node(text: str) -> str:
    # It is part of partitions' names, of lines in lists and of words on the command line.
    if not NODE_NAME.fullmatch(text):
        raise ValueError(
            "must be a name of up to 32 small letters, digits and dashes that begins with a "
            "letter, like collector-2"
        )
    return text


def _yes(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in answers:
        raise ValueError("must be yes or no")
    return answers[text.lower()]


def _licence(text: str) -> str:
    if text not in LICENCES:
        raise ValueError(f"must be one of {', '.join(LICENCES)}")
    return text


def _level(text: str) -> str:
    levels = ("debug", "info", "warning", "error")
    if text.lower() not in levels:
        raise ValueError(f"must be one of {', '.join(levels)}")
    return text.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, with the defaults that a small site needs."""

    data_dir: Path = setting(
        _path, "Where everything that is kept lies.", default=Path("oboro-data")
    )
    node: str = setting(
        _node,
        "The name of this collector; each of several on one store has its own.",
        default="collector",
    )
    host: str = setting(str, "The address to listen on; loopback only.", default="127.0.0.1")
    port: int = setting(
        _whole(0, 65535), "The port to listen on; 0 takes a free one.", default=8000
    )
    tick_seconds: float = setting(
        _seconds, "Seconds between writes to the store under load.", default=10.0
    )
    tick_keys: int = setting(
        _whole(1),
        "Different visitors' keys a site must gather before its rows are written.",
        default=20,
    )
    tick_limit_seconds: float = setting(
        _seconds, "Seconds after which a quiet site's rows are written anyway.", default=600.0
    )
    gathering_k: int = setting(
        _whole(1), "Visitor-days a crossing must gather before it is written.", default=10
    )
    gathering_keys: int = setting(
        _whole(1), "Different visitors' keys of one day that must be among them.", default=3
    )
    gathering_pairs: int = setting(_whole(1), "Crossings that may gather at once.", default=500_000)
    ledger_keys: int = setting(
        _whole(1), "Visitors' keys the ledger holds in memory at once.", default=1_000_000
    )
    visit_minutes: int = setting(_whole(1), "Idle minutes that end a visit.", default=30)
    handover_seconds: int = setting(
        _whole(0, 600),
        "Seconds that a stopped server's memory waits for its successor; 0 gives it up.",
        default=0,
    )
    commit_milliseconds: int = setting(
        _whole(1), "Milliseconds that hits wait for a common commit.", default=10
    )
    commit_hits: int = setting(_whole(1), "Hits that are committed together at most.", default=1000)
    spool_megabytes: int = setting(
        _whole(1),
        "Disk space for facts the store has not taken yet; then hits get a 503.",
        default=1024,
    )
    trusted_proxies: tuple[Network, ...] = setting(
        _networks,
        "Networks of proxies whose forwarded headers are believed, by commas.",
        default=(),
    )
    allowed_hosts: tuple[str, ...] = setting(
        _hosts,
        "Names under which the server is reached, by commas; requests for others get a 421. "
        "Empty: any for what the public uses, and for the operators' pages this machine's own "
        "and those of declared sites.",
        default=(),
    )
    network_hits: int = setting(
        _whole(1),
        "Hits a minute that one truncated network may send; more are refused as `rate`.",
        default=6000,
    )
    distinct_values: int = setting(
        _whole(1),
        "Different pages, sections and referrers that a site's day may hold, each; more are "
        "(other).",
        default=10_000,
    )
    refuse_data_centres: bool = setting(
        _yes,
        "Refuse hits from hosting providers' networks, where the network database is added.",
        default=True,
    )
    spam_referrers: Path | None = setting(
        _file_or_bundled,
        "A file of domains, one a line, from which no visit is counted.",
        default=None,
    )
    country_database: Path | None = setting(
        _file_or_bundled, "A country database to use instead of the bundled one.", default=None
    )
    store_url: str = setting(
        store_address,
        "Where the store is, like http://USER:PASSWORD@HOST:8123/DATABASE; empty keeps it in the "
        "data directory.",
        default="",
        secret=True,
    )
    body_seconds: float = setting(_seconds, "Seconds a request's body may take.", default=3.0)
    cookie_domain: str = setting(
        _domain, "The domain whose hosts share one opt-out; empty keeps it to one host.", default=""
    )
    retention_months: int = setting(_whole(1), "Months that statistics are kept.", default=25)
    job_seconds: float = setting(
        _seconds, "Seconds between looks at which days are due to be closed.", default=60.0
    )
    log_level: str = setting(_level, "debug, info, warning or error.", default="info")
    log_json: bool = setting(
        _yes, "Write each line of the log as one JSON object, for programs.", default=False
    )
    metrics_token: str = setting(
        str,
        "What /metrics must be asked with, as `Authorization: Bearer`; empty: nothing.",
        default="",
        secret=True,
    )
    metrics_listen: tuple[str, int] | None = setting(
        _address,
        "A port, or an address and a port, that answers /metrics, /healthz and /readyz; the other "
        "then has no /metrics. A port alone is on 127.0.0.1; an address that others can reach "
        "needs a token.",
        default=None,
    )
    verified_minutes: int = setting(
        _whole(1), "Minutes a verified batch stays in the spool.", default=10
    )
    compaction_minutes: int = setting(
        _whole(1), "Minutes between jobs that take the batch numbers off the rows.", default=60
    )

    licence: str = setting(
        _licence,
        "The licence of published figures: CC-BY-4.0 (name the source) or CC0-1.0.",
        default="CC-BY-4.0",
    )

    demo: bool = setting(
        _yes, "Fill a demonstration with made-up data when the server starts.", default=False
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read *environ* (the process's own by default) over the file it names."""
        environ = os.environ if environ is None else environ
        values = _from_file(environ.get(CONFIG, ""))
        values.update(_from_environment(environ))
        return cls(**values)

    @property
    def lock_path(self) -> Path:
        """The file whose lock says that a process owns the data directory."""
        return self.data_dir / "lock"

    @property
    def control_path(self) -> Path:
        """The socket on which a running server takes commands."""
        return self.data_dir / "control.sock"


KNOBS: Mapping[str, Field[Any]] = {knob.name: knob for knob in fields(Settings)}


def environment_name(name: str) -> str:
    """Return the variable that sets *name*."""
    return PREFIX + name.upper()


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    known = {environment_name(name): name for name in KNOBS}
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG:
            continue
        if variable not in known:
            raise UsageError(_unknown(variable, "the environment", [*known, CONFIG]))
        values[known[variable]] = _parsed(known[variable], text, variable)
    return values


def _from_file(named: str) -> dict[str, Any]:
    path = Path(named or "oboro.toml").expanduser()
    if not named and not path.exists():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{CONFIG} names {path}, which cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name not in KNOBS:
            raise UsageError(_unknown(name, str(path), list(KNOBS)))
        values[name] = _parsed(name, _text(value), f"{name} in {path}")
    return values


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _parsed(name: str, text: str, where: str) -> object:
    try:
        return KNOBS[name].metadata["parse"](text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _unknown(name: str, where: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    advice = f"did you mean {close[0]}?" if close else "docs/settings.md lists those there are."
    return f"{where} sets {name}, which is not a setting; {advice}"


def as_page() -> str:
    """Return ``docs/settings.md``."""
    lines = [
        "# Settings",
        "",
        f"Every setting is a variable of the environment, or a line in the file that `{CONFIG}`",
        "names (`oboro.toml` in the working directory when it names none), where it is written",
        "in lower case without the prefix. The environment wins. A name that does not exist is",
        "refused, so that a typing error cannot silently weaken a promise.",
        "",
    ]
    for name, knob in KNOBS.items():
        shown = "" if knob.default in (None, ()) else str(knob.default)
        lines += [
            f"## {environment_name(name)}",
            "",
            knob.metadata["help"],
            f"Default: `{shown}`." if shown else "Default: empty.",
            "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(as_page())
