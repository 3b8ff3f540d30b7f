"""Hand out what was drawn: number it, sign it, attack it, put it in its place, tell of it.

A publication's bytes depend on its draws and on what the ledger keeps with its number alone. So a
run that was killed is gone on with to the same bytes, whatever became of the site in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aggregator.attack.bundle import Bundle
from aggregator.attack.public_keys import PUBLIC_KEYS
from aggregator.attack.suite import attack
from aggregator.day_state import DayState
from aggregator.days import Days
from aggregator.publish.archive import write_archive
from aggregator.publish.assembling import assemble
from aggregator.publish.budget import BudgetLedger, publication_of, subject_of
from aggregator.publish.bundle import SUMS, bundle_digest_of, files_of, folder_of, put, read, signed
from aggregator.publish.drawing import Drawing
from aggregator.publish.draws import Draw, read_draw
from aggregator.publish.entries import Entry, Step
from aggregator.publish.judging import Label, NothingToPublish
from aggregator.publish.licences import LICENCES
from aggregator.publish.minisign import SecretKey
from aggregator.publish.page import render
from aggregator.publish.periods import Period
from aggregator.publish.terms import TERMS, Terms
from aggregator.publish.verifying import as_listed
from oboro.errors import OboroError
from oboro.public_list import PUBLICATIONS
from oboro.publication import FILE, Publication, decode

Made = tuple[dict[str, bytes], Publication]
"""The files of a publication, and what it says."""


class Broken(OboroError):
    """An attack on a publication found something; it was not put out."""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication that is in its place."""

    publication: Publication
    folder: Path
    new: bool


class Issuing:
    """Hands out publications of what *drawing* drew into *directory*, signed with *key*."""

    def __init__(
        self, *, drawing: Drawing, directory: Path, days: Days, key: SecretKey, licence: str
    ) -> None:
        self._drawing = drawing
        self._ledger: BudgetLedger = drawing.ledger
        self._directory = directory
        self._days = days
        self._key = key
        self._licence = licence

    def publication(
        self, site: str, stretch: Period, periods: Sequence[Period], earlier: Sequence[Bundle]
    ) -> Published:
        """Return the publication of *periods*, all drawn: attacked with all *earlier* ones, signed.

        Raises `Broken` when an attack found something; then it has no number.
        """
        subject = publication_of(site, stretch)
        entry = self._ledger.entry(subject, Step.NUMBERED)
        if entry is not None:
            return self.put_out(entry)
        known = self._ledger.publications(site)
        before = self._ledger.entry(known[-1].subject, Step.PUBLISHED) if known else None
        details = {
            "number": len(known) + 1,
            "previous": before.details["sha256"] if before else None,
            "software": version("oboro"),
            "licence": self._licence,
            "periods": [[day.isoformat() for day in period] for period in periods],
        }
        made = self._contents(site, stretch, details)
        _attack(site, made, earlier)
        return self.put_out(self._ledger.note(subject, Step.NUMBERED, **details), made)

    def put_out(self, entry: Entry, made: Made | None = None) -> Published:
        """Have the numbered publication of *entry* in its place, whole and told to everybody.

        *made* are its contents where they were made a moment ago, as when it was attacked.
        """
        stretch = Period(entry.subject.first, entry.subject.last)
        host = entry.subject.site
        root = self._directory / PUBLICATIONS / host
        done = self._ledger.entry(entry.subject, Step.PUBLISHED)
        if done is not None:
            stored = self._stored(done)
            return Published(stored.publication, root / stored.name, new=False)
        contents, publication = made or self._contents(host, stretch, entry.details)
        folder = root / folder_of(publication)
        put(contents, folder)
        included = [
            day
            for period in _periods(entry.details)
            for day in included_days(self._drawing, host, period)
            # Of a site that was erased since nothing is known that could be marked.
            if is_kept(self._days, host, day)
        ]
        self._days.mark_published(host, included)
        write_archive(root, host, self._days)
        # Last, so that a run that is killed before does all of this again.
        self._ledger.note(
            entry.subject,
            Step.PUBLISHED,
            folder=folder.name,
            sha256=bundle_digest_of(contents),
        )
        return Published(publication, folder, new=True)

    def _contents(self, site: str, stretch: Period, details: Mapping[str, Any]) -> Made:
        """Return the files of a publication: the same from the same draws and *details*."""
        drawn: dict[Period, dict[str, Draw]] = {}
        lost: list[tuple[Period, str]] = []
        gaps: dict[str, str] = {}
        labels = set()
        periods = _periods(details)
        # All of them have the same: it was asked before anything was spent.
        terms = terms_of(self._drawing, site, periods[0])
        for period in periods:
            drawn[period] = {}
            gaps |= self._drawing.detail(site, period, "gaps")
            labels.add(Label(self._drawing.detail(site, period, "label")))
            for name in self._ledger.reserved(site, period):
                subject = subject_of(site, name, period)
                if self._ledger.entry(subject, Step.BURNED) is not None:
                    lost.append((period, name))
                else:
                    drawn[period][name] = read_draw(self._directory, self._ledger, subject)
        if not any(drawn.values()):
            raise NothingToPublish(f"all draws of {stretch} of {site} were lost")
        publication = assemble(
            site,
            terms,
            drawn,
            lost,
            gaps,
            label=max(labels, key=list(Label).index),
            number=int(details["number"] or 0),
            previous=str(details["previous"]) if details["previous"] else None,
            software=str(details["software"]),
        )
        pages = render(publication, self._key.public.line)
        licence = LICENCES[str(details["licence"])]
        return signed(files_of(publication, licence, pages), publication, self._key), publication

    def earlier(self, site: str) -> list[Bundle]:
        """Return all that was published of *site*, the first one first."""
        done = (
            self._ledger.entry(entry.subject, Step.PUBLISHED)
            for entry in self._ledger.publications(site)
        )
        return [self._stored(entry) for entry in done if entry is not None]

    def _stored(self, done: Entry) -> Bundle:
        """Return the publication that *done* says is in its place; an `OboroError` if it is not."""
        name = done.details["folder"]
        folder = self._directory / PUBLICATIONS / done.subject.site / name
        contents = read(folder)
        if SUMS not in contents or bundle_digest_of(contents) != done.details["sha256"]:
            raise OboroError(f"{folder} is not what was published; put a copy of it in its place")
        for file, problem in as_listed(contents):
            raise OboroError(
                f"{folder} is not what was published: {file} {problem}; put a copy in its place"
            )
        return Bundle(name, decode(contents[FILE]), contents)


def is_kept(days: Days, site: str, day: date) -> bool:
    """Tell whether *day* of *site* is closed and was not erased since."""
    return days.state(site, day) in (DayState.CLOSED, DayState.PUBLISHED)


def terms_of(drawing: Drawing, site: str, period: Period) -> Terms:
    """Return what *period*, whose budget is spent, is drawn under."""
    return Terms.kept(drawing.detail(site, period, TERMS))


def included_days(drawing: Drawing, site: str, period: Period) -> list[date]:
    """Return the days of *period* that were in what was drawn."""
    return [date.fromisoformat(day) for day in drawing.detail(site, period, "included")]


def _attack(site: str, made: Made, earlier: Sequence[Bundle]) -> None:
    """Attack what was *made* together with all publications before it, as anybody could."""
    contents, publication = made
    name = folder_of(publication)
    found = attack([*earlier, Bundle(name, publication, contents)], PUBLIC_KEYS)
    if found:
        says = "; ".join(f"{each.bundle}: {each.attack}: {each.says}" for each in found[:3])
        raise Broken(f"{name} of {site} was not published, since an attack on it: {says}")


def _periods(details: Mapping[str, Any]) -> list[Period]:
    """Return the periods that a numbered publication is of."""
    return [Period(*map(date.fromisoformat, days)) for days in details["periods"]]
