"""The two sites of the demonstration: a town by the sea that does not exist, and its library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.sites import Site

TOKYO = ZoneInfo("Asia/Tokyo")
LABEL = "demonstration"
"""What the days of made-up data are labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event that happens on a *share* of the views of a page, with *values* of one property."""

    event: str
    share: float
    key: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A site with its habits: *pages* by weight, and what makes some of them matter in a month.

    *happenings* are what can happen on a page, by its path; *anywhere* on every other one.
    """

    site: Site
    visits: int
    regulars: int
    pages: Mapping[str, float]
    seasons: Mapping[str, Sequence[int]] = field(default_factory=dict)
    storm_pages: Mapping[str, float] = field(default_factory=dict)
    articles: str = ""
    happenings: Mapping[str, Happening] = field(default_factory=dict)
    anywhere: Happening | None = None


CITY = Place(
    site=Site(
        host="city.oboro.example",
        zone=TOKYO,
        demonstration=True,
        goals=(
            Goal(name="contact", page="/contact/"),
            Goal(name="large waste", page="/kurashi/gomi/sodai/"),
        ),
        funnels=(
            Funnel(
                name="to large waste",
                steps=("/kurashi/*", "/kurashi/gomi/", "goal:large waste"),
            ),
            Funnel(name="flood", steps=("/bousai/", "/bousai/hazardmap/", "/bousai/hinanjo/")),
        ),
        events=("helpful", "large waste booked", "alert mail ordered", "enquiry sent"),
        properties=(
            *("answer=yes", "answer=no"),
            *("item=furniture", "item=bicycle", "item=appliance"),
            *("about=living", "about=taxes", "about=children"),
        ),
    ),
    visits=600,
    regulars=4000,
    pages={
        "/": 20,
        "/kurashi/": 6,
        "/kurashi/gomi/": 15,
        "/kurashi/gomi/calendar/": 9,
        "/kurashi/gomi/sodai/": 6,
        "/kurashi/juminhyo/": 6,
        "/kurashi/mynumber/": 5,
        "/kurashi/hikkoshi/": 4,
        "/kurashi/zei/": 4,
        "/kurashi/zei/shinkoku/": 2,
        "/kurashi/kokuho/": 3,
        "/kurashi/suido/": 3,
        "/kurashi/bus/": 3,
        "/kosodate/": 4,
        "/kosodate/hoikuen/": 5,
        "/kosodate/iryo/": 2.5,
        "/kosodate/yobosesshu/": 3,
        "/kosodate/gakko/": 2,
        "/kosodate/hiroba/": 1,
        "/kenko/kenshin/": 2.5,
        "/kenko/kyujitsu/": 3,
        "/fukushi/kaigo/": 2,
        "/fukushi/shogai/": 1,
        "/bousai/": 3,
        "/bousai/hazardmap/": 2.5,
        "/bousai/hinanjo/": 2,
        "/bousai/mail/": 0.6,
        "/kanko/": 2,
        "/kanko/hanabi/": 1,
        "/kanko/yakei/": 0.8,
        "/news/": 4,
        "/shisei/": 1.5,
        "/shisei/gikai/": 1,
        "/shisei/yosan/": 0.8,
        "/shisei/tokei/": 0.8,
        "/shisei/saiyo/": 1.5,
        "/shisei/open-data/": 0.5,
        "/access/": 2,
        "/contact/": 1.2,
        "/en/": 1,
        "/en/garbage/": 0.8,
        "/en/emergency/": 0.4,
        "/en/residence/": 0.5,
    },
    seasons={
        "/kurashi/hikkoshi/": (3, 4),
        "/kurashi/zei/shinkoku/": (2, 3),
        "/kosodate/hoikuen/": (10, 11),
        "/kosodate/gakko/": (1, 2, 3),
        "/kosodate/yobosesshu/": (10, 11, 12),
        "/kanko/hanabi/": (7, 8),
        "/shisei/saiyo/": (5, 6),
        "/shisei/yosan/": (2, 3),
        "/kurashi/gomi/sodai/": (3, 12),
    },
    storm_pages={
        "/bousai/": 40,
        "/bousai/hinanjo/": 30,
        "/bousai/hazardmap/": 25,
        "/bousai/mail/": 4,
        "/kurashi/bus/": 10,
        "/kurashi/suido/": 6,
        "/": 15,
        "/en/emergency/": 3,
    },
    articles="/news/",
    happenings={
        "/kurashi/gomi/sodai/": Happening(
            event="large waste booked",
            share=0.2,
            key="item",
            # A piano is not declared: it is counted under "(other)".
            values={"furniture": 6, "bicycle": 2, "appliance": 3, "piano": 0.2},
        ),
        "/bousai/mail/": Happening(event="alert mail ordered", share=0.3),
        "/contact/": Happening(
            event="enquiry sent",
            share=0.35,
            key="about",
            values={"living": 4, "taxes": 3, "children": 2},
        ),
    },
    anywhere=Happening(event="helpful", share=0.03, key="answer", values={"yes": 4, "no": 1}),
)

LIBRARY = Place(
    site=Site(
        host="toshokan.oboro.example",
        zone=TOKYO,
        demonstration=True,
        goals=(Goal(name="search", page="/kensaku/"),),
        funnels=(Funnel(name="looking for books", steps=("/", "goal:search")),),
        events=("book reserved",),
        properties=("kind=book", "kind=magazine", "kind=disc"),
    ),
    visits=30,
    regulars=250,
    pages={
        "/": 10,
        "/kensaku/": 8,
        "/shinchaku/": 4,
        "/riyo/": 3,
        "/calendar/": 5,
        "/event/": 2,
        "/kodomo/": 2,
        "/kyodo/": 1,
        "/access/": 1,
        "/en/": 0.3,
    },
    happenings={
        "/kensaku/": Happening(
            event="book reserved",
            share=0.3,
            key="kind",
            values={"book": 8, "magazine": 1, "disc": 1},
        ),
    },
    seasons={"/kodomo/": (7, 8), "/event/": (10, 11)},
)

PLACES: Sequence[Place] = (CITY, LIBRARY)
