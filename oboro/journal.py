"""What is logged: our own sentences, and where errors arose; never what a visitor sent.

A library's message can hold an address or raw bytes, and an exception's text can hold any
value, so neither is ever written: of those only the kind and the place are.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

OURS = ("oboro", "collector", "aggregator", "dashboards")
OF_THE_STORE = ("clickhouse_connect", "urllib3")
"""Libraries that warn of each try to reach the store; what came of it is said by ourselves."""
_HOUSE = Path(__file__).resolve().parent.parent


class ValuelessFormatter(logging.Formatter):
    """Write our own messages, and of others no more than who spoke how loudly."""

    def format(self, record: logging.LogRecord) -> str:
        what = self.said(record)
        if error := self.error(record):
            what += f": {error}"
        moment = self.formatTime(record)
        return f"{moment} {record.levelname.lower()} {record.name}: {what}"

    def said(self, record: logging.LogRecord) -> str:
        """Return our own words; of others only that they spoke."""
        if record.name.partition(".")[0] in OURS:
            return record.getMessage()
        return "(a library's message, not shown)"

    def error(self, record: logging.LogRecord) -> str:
        """Return the kind and the place of the error that *record* carries; empty without."""
        if record.exc_info and isinstance(record.exc_info[1], BaseException):
            return kind_and_place(record.exc_info[1])
        return ""


class ValuelessJson(ValuelessFormatter):
    """The same as one JSON object a line: time (UTC), level, logger, message, and any error."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.said(record),
        }
        if error := self.error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False)


def write_journal(level: str, stream: TextIO | None = None, *, as_json: bool = False) -> None:
    """Send what is logged from *level* on to *stream* (standard error), without any value."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ValuelessJson() if as_json else ValuelessFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    for name in OF_THE_STORE:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(True)


def kind_and_place(error: BaseException) -> str:
    """Return the class of *error* and the line of ours that it passed last."""
    return f"{type(error).__name__} at {_place(error.__traceback__)}"


def log_unexpected(doing: str, error: BaseException) -> None:
    """Log that *doing* met *error*, without what the error says."""
    logging.getLogger("oboro").error("%s: %s", doing, kind_and_place(error))


def show_frames(error: BaseException, stream: TextIO | None = None) -> None:
    """Print where *error* passed: code only, no value."""
    for line in traceback.format_tb(error.__traceback__):
        (stream or sys.stderr).write(line)


def _place(trace: TracebackType | None) -> str:
    place = "an unknown place"
    for frame in traceback.extract_tb(trace):
        path = Path(frame.filename)
        if path.is_relative_to(_HOUSE) and "site-packages" not in path.parts:
            place = f"{path.relative_to(_HOUSE)}:{frame.lineno}"
    return place
