"""The first look at each line: a page that may count, or the reason why it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.log_import.line import LineReader, text_of
from collector.log_import.target import Targets
from oboro.outcomes import Outcome
from oboro.sites import Site

QUARTER = 900
"""Seconds: the step in which clocks of all zones are set."""
_TEXTS_KEPT = 100_000
_ANSWERED = (b"200", b"304")
_PLAIN = {id(outcome): str(outcome.value) for outcome in Outcome}
_COUNTED, _INVALID = Outcome.COUNTED.value, Outcome.INVALID.value
_METHOD, _STATUS = Outcome.METHOD.value, Outcome.STATUS.value
_OBJECTED = Outcome.OPTED_OUT_IN_LOG.value


class Event(NamedTuple):
    """What happened on a page, with its properties."""

    name: str
    props: Mapping[str, str]


class Page(NamedTuple):
    """A line that may count, held in memory until its turn comes; its ``repr`` shows nothing.

    Logs tell neither language nor width, nor how a page was read, nor what happened on it; the
    demonstration does. With *scroll* it tells of a page that was viewed before, how many seconds
    and percent of it; with an *event*, that this happened there.
    """

    at: int
    network: bytes
    agent: str
    url: str
    referrer: str
    language: str = ""
    width: int | None = None
    engaged: int = 0
    scroll: int = 0
    event: Event | None = None

    def __repr__(self) -> str:
        return "<Page>"


class Tally:
    """What became of the lines: in all, and by local day for those that have one.

    A line that carries an objection is refused and tallied in the import's answer only.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.by_day: dict[date, Counter[str]] = {}
        self._of_no_day: Counter[str] = Counter()

    def add(self, outcome: str, day: date | None) -> None:
        """Count one line."""
        if day is None:
            by_outcome = self._of_no_day
        else:
            try:
                by_outcome = self.by_day[day]
            except KeyError:
                by_outcome = self.by_day[day] = Counter()
        # Plain text: an Outcome's hash is worked out in Python each time.
        by_outcome[_PLAIN.get(id(outcome), outcome)] += 1

    @property
    def counted(self) -> int:
        """How many lines were counted."""
        return self._in_all()[_COUNTED]

    @property
    def invalid(self) -> int:
        """How many lines could not be read."""
        return self._in_all()[_INVALID]

    @property
    def refused(self) -> Counter[str]:
        """How many lines were refused, by the reason."""
        refused = self._in_all()
        del refused[_COUNTED], refused[_INVALID]
        return refused

    def _in_all(self) -> Counter[str]:
        return sum((self._of_no_day, *self.by_day.values()), Counter[str]())


class Days:
    """The local day of a moment; looked up once a quarter of an hour."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, date] = {}

    def of(self, at: int) -> date:
        """Return the day of *at* (seconds since 1970) on the zone's wall clock."""
        quarter = at // QUARTER
        day = self._known.get(quarter)
        if day is None:
            if len(self._known) >= _TEXTS_KEPT:
                self._known.clear()
            moment = datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(self._zone)
            day = self._known[quarter] = moment.date()
        return day


class Sieve:
    """Judge lines of one site's log, in the order in which they lie in the file.

    The order of reasons: the visitor's objection, then method, status, and what was asked for;
    crawlers are told apart later, among what is left.
    """

    def __init__(self, site: Site, reader: LineReader, *, now: int) -> None:
        self._reader = reader
        self._targets = Targets(site.host, site.aliases)
        self._now = now
        self._texts: dict[bytes, str] = {}
        self.days = Days(site.zone)

    def take(self, line: bytes, tally: Tally) -> Page | None:
        """Return the page that *line* may count for; a refusal goes to *tally* instead."""
        tally.lines += 1
        said = self._reader.read(line)
        if said is None:
            tally.add(_INVALID, None)
            return None
        at, network, method, target, status, referrer, agent, objected = said
        if at > self._now:
            tally.add(_INVALID, None)
            return None
        if objected:
            tally.add(_OBJECTED, None)
            return None
        if method != b"GET":
            tally.add(_METHOD, self.days.of(at))
            return None
        if status not in _ANSWERED:
            tally.add(_STATUS, self.days.of(at))
            return None
        outcome, url = self._targets.of(target)
        if not url:
            tally.add(outcome, self.days.of(at))
            return None
        return Page(at, network, self._text(agent), url, self._text(referrer))

    def _text(self, field: bytes) -> str:
        # Agents and referrers repeat: one decoded copy serves all their lines.
        text = self._texts.get(field)
        if text is None:
            if len(self._texts) >= _TEXTS_KEPT:
                self._texts.clear()
            text = self._texts[field] = text_of(field)
        return text
