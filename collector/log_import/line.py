"""One line of an access log, the address already truncated; an unreadable line becomes None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from collector.intake import network_of
from collector.log_import.objection import objects
from collector.log_import.timestamp import Timestamps

_QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
_PREFIX = rb"(\S+) \S+ [^\[]*\[([^\]]{20,32})\] " + _QUOTED + rb" (\d{3}) (?:\d+|-)"
_LINE = re.compile(_PREFIX + rb"(?: " + _QUOTED + rb" " + _QUOTED + rb"(.*))?\s*", re.DOTALL)
_BEFORE_REQUEST = re.compile(rb"(\S+) \S+ [^\[]*\[([^\]]{20,32})\] ")
_BEHIND_REQUEST = re.compile(rb" (\d{3}) (?:\d+|-) ")
_FIELD = re.compile(rb"\s*" + _QUOTED + rb"\s*")
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SHORTHAND = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


class LogLine(NamedTuple):
    """What a line said. It is held for the length of an import and shown to nobody.

    *objected*: the visitor's opt-out, as far as the declared fields of the log carry one.
    """

    at: int
    network: bytes
    method: bytes
    target: bytes
    status: bytes
    referrer: bytes
    agent: bytes
    objected: bool

    def __repr__(self) -> str:
        return "<LogLine>"


class LineReader:
    """Read lines of the common and the combined format.

    *opt_out_fields* names what the quoted fields behind the agent hold, in their order; a line
    that lacks one of them is unreadable, since nobody can tell whether its visitor objected.
    """

    def __init__(self, opt_out_fields: Sequence[str] = ()) -> None:
        self._fields = tuple(opt_out_fields)
        self._timestamps = Timestamps()

    def read(self, line: bytes) -> LogLine | None:
        """Return what *line* says, or None when it is not a line of an access log."""
        fields = _fields_of(line)
        if fields is None:
            return None
        host, time, request, status, referrer, agent, rest = fields
        at = self._timestamps.seconds(time)
        if at is None:
            return None
        method, _, target = request.partition(b" ")
        head, _, protocol = target.rpartition(b" ")
        if head and protocol.startswith(b"HTTP/"):
            target = head
        if not target or not method.isalpha():
            return None
        objected = False
        if self._fields:
            values = _trailing(rest or b"", len(self._fields))
            if values is None:
                return None
            objected = any(map(objects, self._fields, values))
        network = network_of(host.decode("latin-1"))
        # As LogLine() would, without a call of a Python function.
        return tuple.__new__(
            LogLine, (at, network, method, target, status, referrer or b"", agent or b"", objected)
        )


def _fields_of(line: bytes) -> Sequence[bytes] | None:
    """Return the fields of `_LINE`, found at the quotes where no escape can be among them."""
    if b"\\" not in line:
        parts = line.split(b'"')
        if len(parts) >= 7 and parts[4] == b" ":
            before = _BEFORE_REQUEST.fullmatch(parts[0])
            behind = _BEHIND_REQUEST.fullmatch(parts[2])
            if before is not None and behind is not None:
                rest = parts[6] if len(parts) == 7 else b'"'.join(parts[6:])
                return (*before.groups(), parts[1], behind[1], parts[3], parts[5], rest)
    match = _LINE.fullmatch(line)
    return None if match is None else match.groups()


def text_of(field: bytes) -> str:
    """Return a quoted field as text: escapes undone, UTF-8 if it is, else Latin-1; ``-`` is empty.

    >>> text_of(b"-"), text_of(rb"caf\\xc3\\xa9")
    ('', 'café')
    """
    if field == b"-":
        return ""
    if b"\\" in field:
        field = _ESCAPE.sub(_unescaped, field)
    try:
        return field.decode()
    except UnicodeDecodeError:
        return field.decode("latin-1")


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        return bytes.fromhex(code[1:].decode())
    return _SHORTHAND.get(code, code)


def _trailing(rest: bytes, wanted: int) -> list[str] | None:
    values: list[str] = []
    position = 0
    while len(values) < wanted:
        field = _FIELD.match(rest, position)
        if field is None:
            return None
        values.append(text_of(field[1]))
        position = field.end()
    return values
