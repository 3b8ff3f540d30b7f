"""The operators' page in every state: valid, in both languages, with a table for each chart."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from dashboards.words import words_in
from oboro.facts import Fact
from oboro.formats import Formats
from oboro.funnels import Funnel
from oboro.goals import Goal
from oboro.page_titles import Title
from oboro.site_changes import CHANGED, SiteChange
from oboro.sites import Site
from oboro.words import LANGUAGES
from oboro.workspace import Workspace
from tests.dashboards.conftest import Client
from tests.support.kept_facts import a_fact, keep
from tests.support.pages import FakeLive, Shown, shown, text_of
from tests.support.traffic import traffic
from tests.support.workspace import a_site

HOST = "example.jp"
TODAY = date(2026, 3, 4)
DAYS = 12
PAGE = f"/sites/{HOST}"
PANELS_OF_A_PAGE = ("came_from", "went_to", "reading")


@pytest.fixture
def site(workspace: Workspace) -> Site:
    """A site without any figures."""
    site = a_site(HOST, events=("download",))
    workspace.catalog.add_site(site)
    return site


@pytest.fixture
def busy(workspace: Workspace, site: Site) -> Site:
    """A site with twelve days of traffic."""
    keep(workspace.store, traffic(HOST, TODAY, DAYS))
    return site


def mark_day(workspace: Workspace, day: date, state: str, label: str, node: str = "one") -> None:
    """Give a day a state and a label, by a collector or (without a *node*) by an import."""
    columns = ["site", "day", "node", "state", "label", "version"]
    workspace.store.insert("days", columns, [(HOST, day, node, state, label, 1)])


STATES = [
    "",
    "?period=today",
    "?period=yesterday&lang=ja",
    "?from=2026-02-01&to=2026-02-20&interval=week",
    "?from=2025-01-01&to=2026-03-04",
    "?from=nonsense",
    "?metric=views&pages=exit&sources=campaign&devices=screen",
    "?focus=page:/",
    "?focus=page:/news/&sources=channel",
    "?focus=country:JP&period=today",
    "?focus=exit:/",
    "?focus=event:download",
    "?focus=page:/nowhere",
    "?all=page&rows=5",
    "?all=country&focus=page:/",
    "?focus=nothing:here&period=x&interval=y&metric=z&all=q&rows=w",
]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_state_is_a_valid_page_with_a_table_for_each_chart(
    client: Client, busy: Site, language: str
) -> None:
    for query in STATES:
        page = await shown(client, PAGE + query, language)

        assert page.status == 200, query
        assert page.tree.attrib["lang"] == ("ja" if "lang=ja" in query else language)
        assert len(page.all(".//h1")) == 1, query
        assert set(what_follows_charts(page)) == {"table"}, query


def what_follows_charts(page: Shown) -> list[str]:
    """Return, for each chart, whether a table or another chart comes after it."""
    order = [
        "chart" if element.attrib.get("role") == "img" else "table"
        for element in page.tree.iter()
        if element.attrib.get("role") == "img" or element.tag == "table"
    ]
    return [after for kind, after in pairwise(order) if kind == "chart"]


async def test_the_headline_shows_the_sites_figures(
    client: Client, workspace: Workspace, site: Site
) -> None:
    keep(workspace.store, [Fact(HOST, TODAY, "total", "", "", 1234, 56, 7, 0)])

    page = await shown(client, f"{PAGE}?period=today")

    figures = [
        element.text for element in page.all(".//ul[@class='figures']//span[@class='figure']")
    ]
    assert figures == ["1,234", "56", "7"]


async def test_a_change_leaves_today_out_because_it_is_not_over(
    client: Client, workspace: Workspace, site: Site
) -> None:
    days = [TODAY - timedelta(days=n) for n in range(14)]
    keep(workspace.store, [a_fact(HOST, day, "total", "", views=10) for day in days[7:]])
    keep(workspace.store, [a_fact(HOST, day, "total", "", views=15) for day in days[1:7]])

    page = await shown(client, f"{PAGE}?period=7d&metric=views")

    assert "+50.0%" in page.text
    assert words_in("en")("change.days_over") in page.text


async def test_a_row_leads_to_a_focus_and_a_focus_can_be_removed(
    client: Client, busy: Site
) -> None:
    page = await shown(client, PAGE)
    assert f"{PAGE}?focus=page:/kurashi/gomi/" in page.links

    focused = await shown(client, f"{PAGE}?focus=page:/kurashi/gomi/")
    assert PAGE in focused.links
    assert words_in("en")("panel.at_least", k=9) in focused.text


@pytest.mark.parametrize(("language", "title"), [("en", "When & where"), ("ja", "ごみの日")])
async def test_pages_show_their_titles_beside_their_paths(
    client: Client, workspace: Workspace, busy: Site, language: str, title: str
) -> None:
    titles = {"/kurashi/gomi/": Title(ja="ごみの日", en="When & where")}
    workspace.catalog.set_page_titles(HOST, titles)

    for tab in ("page", "entry", "exit"):
        page = await shown(client, f"{PAGE}?pages={tab}", language)
        named = [text_of(each) for each in page.all(".//*[@class='page-title']")]
        assert named == [title]
        assert "/kurashi/gomi/" in page.text

    sections = await shown(client, f"{PAGE}?pages=section", language)
    assert sections.all(".//*[@class='page-title']") == []


@pytest.mark.parametrize(
    ("language", "title", "says"),
    [
        ("en", "Goals", ["“sent” is reached by viewing /t*.", "“sent” is reached by the event x."]),
        ("ja", "目標", ["「sent」は、/t* の閲覧で達成", "「sent」は、イベント x で達成"]),
    ],
)
async def test_goals_are_shown_with_the_days_from_which_their_definitions_hold(
    client: Client, workspace: Workspace, busy: Site, language: str, title: str, says: list[str]
) -> None:
    without = await shown(client, f"{PAGE}?period=7d", language)
    yesterday = TODAY - timedelta(1)
    workspace.catalog.add_goal(HOST, Goal(name="sent", page="/t*"))
    workspace.catalog.add_goal(HOST, Goal(name="sent", event="x", in_force_from=yesterday))
    empty = await shown(client, f"{PAGE}?period=7d", language)
    keep(workspace.store, [a_fact(HOST, yesterday, "goal", "sent", visits=7, visitors=5)])

    page = await shown(client, f"{PAGE}?period=7d", language)

    assert without.all(".//*[@id='goals']") == []
    assert words_in(language)("panel.empty.goal") in text_of(empty.all(".//*[@id='goals']")[0])
    panel = text_of(page.all(".//*[@id='goals']")[0])
    assert panel.startswith(title)
    assert all(each in panel for each in says)
    assert "sent 7" in panel
    assert words_in(language)("quality.changed.goals") in page.text


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "“sent” is reached by viewing /t*."), ("ja", "「sent」は、/t* の閲覧で達成")],
)
async def test_a_goal_that_is_counted_from_tomorrow_on_says_so_until_then(
    client: Client, workspace: Workspace, busy: Site, language: str, says: str
) -> None:
    tomorrow = TODAY + timedelta(1)
    workspace.catalog.add_goal(HOST, Goal(name="sent", page="/t*", in_force_from=tomorrow))

    now = await shown(client, f"{PAGE}?period=7d", language)
    past = await shown(client, f"{PAGE}?period=yesterday", language)

    panel = text_of(now.all(".//*[@id='goals']")[0])
    day = Formats(words_in(language).locale).day(tomorrow)
    assert words_in(language)("goal.from", day=day).strip() in panel
    assert says in panel
    assert says not in past.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_funnels_show_step_by_step_how_many_visits_are_lost(
    client: Client, workspace: Workspace, busy: Site, language: str
) -> None:
    words, form = words_in(language), Formats(words_in(language).locale)
    without = await shown(client, f"{PAGE}?period=7d", language)
    yesterday = TODAY - timedelta(1)
    steps = ("/form*", "event:checked", "goal:<b>sent</b>", "/few")
    workspace.catalog.add_funnel(HOST, Funnel(name="move", steps=steps))
    other = Funnel(name="move", steps=("/a", "/b"), in_force_from=yesterday)
    workspace.catalog.add_funnel(HOST, other)
    coming = Funnel(name="next", steps=("/a", "/b"), in_force_from=TODAY + timedelta(1))
    workspace.catalog.add_funnel(HOST, coming)
    for number, visits in enumerate((40, 30, 10), 1):
        day = TODAY - timedelta(3)
        fact = a_fact(HOST, day, "funnel_step", f"move 1.{number}", views=0, visits=visits)
        keep(workspace.store, [fact])

    page = await shown(client, f"{PAGE}?period=7d", language)
    focused = await shown(client, f"{PAGE}?period=7d&focus=page:/", language)

    assert without.all(".//*[@id='funnels']") == []
    panel = text_of(page.all(".//*[@id='funnels']")[0])
    rows = page.all(".//*[@id='funnels']//tbody/tr")[:4]
    first, second, third, fourth = map(text_of, rows)
    assert first == f"1. /form* 40 {form.share(1)} –"
    assert second == f"2. {words('funnel.event', name='checked')} 30 {form.share(0.75)} " + (
        form.share(0.25)
    )
    assert third.startswith(f"3. {words('funnel.goal', name='<b>sent</b>')} 10")
    assert fourth == "4. /few – – –"
    assert words("funnel.from", day=form.day(yesterday)) in panel
    assert words("funnel.none") in panel
    assert words("funnel.to_come", name="next", day=form.day(coming.in_force_from)) in panel
    apart = focused.all(".//*[@id='funnels']")[0]
    assert words("funnel.apart") in text_of(apart)
    assert [link.attrib["href"] for link in apart.findall(".//a")] == [f"{PAGE}?period=7d"]
    assert words("quality.changed.funnels") in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_focus_on_a_step_shows_the_funnel_it_is_of(
    client: Client, workspace: Workspace, busy: Site, language: str
) -> None:
    for name in ("move", "other"):
        workspace.catalog.add_funnel(HOST, Funnel(name=name, steps=("/form", "/sent")))
    keep(workspace.store, [a_fact(HOST, TODAY, "funnel_step", "move 1.2", views=0, visits=10)])

    page = await shown(client, f"{PAGE}?focus=funnel_step:move 1.2", language)

    panel = page.all(".//*[@id='funnels']")[0]
    assert [text_of(caption) for caption in panel.findall(".//caption")] == ["move"]
    assert "2. /sent 10" in text_of(panel)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_focus_under_which_nothing_was_counted_says_so(
    client: Client, busy: Site, language: str
) -> None:
    words = words_in(language)

    page = await shown(client, f"{PAGE}?focus=page:/<b>nowhere</b>", language)
    gathers = await shown(client, f"{PAGE}?focus=outbound:else.example", language)

    title = words("empty.focus.title", topic=words("topic.page"), value="/<b>nowhere</b>")
    assert text_of(page.all(".//*[@id='empty-title']")[0]) == title
    assert words("empty.focus.text") in page.text
    assert words("empty.focus.gathers", k=10) not in page.text
    assert words("empty.focus.gathers", k=10) in gathers.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_changes_of_the_counting_are_told_with_their_days(
    client: Client, workspace: Workspace, busy: Site, language: str
) -> None:
    changes = [SiteChange(TODAY, what) for what in CHANGED]
    workspace.catalog.note_changes(HOST, changes)
    words = words_in(language)

    page = await shown(client, PAGE, language)
    before = await shown(client, f"{PAGE}?period=yesterday", language)

    for what in CHANGED:
        assert words(f"quality.changed.{what}") in page.text
    assert words("quality.sound") not in page.text
    assert words("quality.changed.events") not in before.text.partition(words("quality.days"))[2]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "from 10:00 to 10:59, where about 40 views are usual"),
        ("ja", "10:00〜10:59 は、何も数えられていません。ふだんは約 40 回の表示があります"),
    ],
)
async def test_hours_in_which_nothing_was_counted_are_told(
    client: Client, workspace: Workspace, site: Site, language: str, says: str
) -> None:
    days = [TODAY - timedelta(days=n) for n in range(28)]
    facts = [
        a_fact(HOST, day, "hour", f"{hour:02}", views=40)
        for day in days
        for hour in (9, 10)
        if (day, hour) != (days[10], 10)
    ]
    keep(workspace.store, [*facts, *(a_fact(HOST, day, "total", "", views=80) for day in days)])

    assert says in (await shown(client, PAGE, language)).text
    assert says not in (await shown(client, f"{PAGE}?period=7d", language)).text


async def test_a_panel_that_is_not_kept_together_says_so_and_names_what_is(
    client: Client, busy: Site
) -> None:
    page = await shown(client, f"{PAGE}?focus=page:/&sources=channel")

    words = words_in("en")
    assert words("panel.apart", topic="Channel", focus="Page") in page.text
    assert f"{PAGE}?focus=page:/&sources=source" in [link.split("#")[0] for link in page.links]


async def test_a_panel_whose_crowd_has_not_gathered_says_so(client: Client, busy: Site) -> None:
    page = await shown(client, f"{PAGE}?focus=page:/")

    assert words_in("en")("panel.gathering") in page.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_shows_where_readers_came_from_and_went_to_and_how_they_read_it(
    client: Client, workspace: Workspace, busy: Site, language: str
) -> None:
    keep(
        workspace.store,
        [
            a_fact(HOST, TODAY, "from*to", "/a/", "/", views=12),
            a_fact(HOST, TODAY, "from*to", "/", "/b/", views=11),
            a_fact(HOST, TODAY, "page*time", "/", "600+", views=0, visits=31, visitors=30),
            a_fact(HOST, TODAY, "page*time", "/", "30-59", views=0, visits=14, visitors=13),
        ],
    )
    workspace.catalog.set_page_titles(HOST, {"/a/": Title(plain="Before")})
    words = words_in(language)

    page = await shown(client, f"{PAGE}?focus=page:/", language)
    panels = {name: text_of(page.all(f".//*[@id='{name}']")[0]) for name in PANELS_OF_A_PAGE}
    elsewhere = await shown(client, f"{PAGE}?focus=source:Google", language)

    assert "/a/ Before 12" in panels["came_from"]
    assert "/b/" not in panels["came_from"]
    assert "/b/ 11" in panels["went_to"]
    assert "/a/" not in panels["went_to"]
    lengths = [f"{words('value.time.30-59')} 14", f"{words('value.time.600+')} 31"]
    assert 0 < panels["reading"].index(lengths[0]) < panels["reading"].index(lengths[1])
    assert all(words("panel.at_least", k=9) in panel for panel in panels.values())
    assert {f"{PAGE}?focus=page:/a/", f"{PAGE}?focus=page:/b/"} <= set(page.links)
    for name in ("came_from", "went_to"):
        assert elsewhere.all(f".//*[@id='{name}']") == []


async def test_a_marked_day_is_hatched_and_explained(
    client: Client, workspace: Workspace, busy: Site
) -> None:
    mark_day(workspace, TODAY - timedelta(days=3), "partial", "objections not knowable")

    page = await shown(client, PAGE)

    assert page.all(".//*[@class='bar bar-partial']")
    assert words_in("en")("about.partial") in page.text
    assert words_in("en")("label.objections not knowable") in page.text


async def test_what_was_refused_is_listed_by_reason(
    client: Client, workspace: Workspace, busy: Site
) -> None:
    rows = [(HOST, TODAY, outcome, n, bytes(16)) for outcome, n in (("counted", 90), ("bot", 10))]
    workspace.store.insert("outcomes", ["site", "day", "outcome", "n", "batch"], rows)

    page = await shown(client, PAGE)

    assert "Counted 90 90%" in page.text
    assert (
        "Crawlers and programs By their own word, or by lists that are kept of them. 10 10%"
        in page.text
    )


async def test_days_on_which_nothing_arrived_and_breaks_are_named(
    client: Client, workspace: Workspace, busy: Site
) -> None:
    imported = [TODAY - timedelta(days=after) for after in range(9, 5, -1)]
    for day in imported:
        mark_day(workspace, day, "imported", "", node="")

    page = await shown(client, PAGE)

    assert words_in("en")("quality.silent") in page.text
    assert words_in("en")("quality.seams") in page.text


@pytest.mark.parametrize(
    ("arrived", "key"), [(False, "nothing.title"), (True, "nothing.arrived.title")]
)
async def test_a_site_without_figures_says_why_and_what_next(
    client: Client, site: Site, live: FakeLive, arrived: bool, key: str
) -> None:
    live.has_arrived = arrived

    page = await shown(client, PAGE)

    assert words_in("en")(key) in page.text
    assert page.all(".//main//a[@class='button']")


async def test_a_period_without_figures_leads_to_one_that_has_some(
    client: Client, busy: Site
) -> None:
    page = await shown(client, f"{PAGE}?from=2024-01-01&to=2024-01-31")

    assert words_in("en")("empty.period.title") in page.text
    assert any(f"from={TODAY - timedelta(days=DAYS - 1)}&to={TODAY}" in link for link in page.links)


HOSTILE = [
    "/<script>alert(1)</script>",
    '/"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "//elsewhere.example/",
    "/{{ 7*7 }}",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("topic", ["page", "referrer", "source"])
async def test_a_hostile_value_is_shown_and_does_nothing(
    client: Client, workspace: Workspace, site: Site, value: str, topic: str
) -> None:
    keep(
        workspace.store,
        [
            a_fact(HOST, TODAY, "total", "", visits=5),
            a_fact(HOST, TODAY, topic, value, visits=5),
        ],
    )

    page = await shown(client, f"{PAGE}?sources={topic}&pages={topic}")

    assert value in page.text
    assert len(page.all(".//script")) == 1
    assert not any("onerror" in element.attrib for element in page.tree.iter())
    assert all(
        link.startswith(("/sites/", "/privacy/", "/?", "#")) or link == "/" for link in page.links
    )


async def test_a_page_asks_for_nothing_from_elsewhere(client: Client, busy: Site) -> None:
    page = await shown(client, PAGE)

    policy = page.headers["Content-Security-Policy"]
    asked = [
        element.attrib.get("src") or element.attrib.get("href", "")
        for path in (".//script", ".//link", ".//img")
        for element in page.all(path)
    ]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert all(address.startswith("/assets/") for address in asked)
    assert not any("style" in element.attrib for element in page.tree.iter())


async def test_every_form_and_choice_works_without_a_script(client: Client, busy: Site) -> None:
    page = await shown(client, PAGE)

    assert all(form.attrib["method"] == "get" for form in page.all(".//form"))
    assert not [button for button in page.all(".//button") if button.attrib.get("type") != "submit"]
    assert not any(name.startswith("on") for element in page.tree.iter() for name in element.attrib)


async def test_live_figures_are_answered_as_totals(
    client: Client, site: Site, live: FakeLive
) -> None:
    async with client.get(f"{PAGE}/live.json", headers={"Accept-Language": "ja"}) as answer:
        document = await answer.json()

    assert (document["now"], document["arrived"]) == (3, True)
    assert document["views"] == [0] * 28 + [2, 5]
    assert document["texts"]["total"] == "直近30分の表示 7 回"


async def test_a_demonstration_wears_its_banner(client: Client, workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(HOST, demonstration=True))

    page = await shown(client, PAGE, "ja")

    assert "デモデータ" in page.text


async def test_an_alias_leads_to_its_site(client: Client, workspace: Workspace) -> None:
    workspace.catalog.add_site(a_site(HOST, aliases=("old.example.jp",)))

    assert (await shown(client, "/sites/old.example.jp")).all(".//h1")[0].text == HOST


async def test_an_opened_panel_shows_every_metric_and_more_rows(client: Client, busy: Site) -> None:
    page = await shown(client, f"{PAGE}?all=page")
    heads = [cell.text for cell in page.all(".//section[@id='pages']//thead//th")]
    rows = page.all(".//section[@id='pages']//tbody/tr")

    assert heads == ["Page", "Views", "Visits", "Visitor-days", "Share"]
    assert len(rows) == 10
