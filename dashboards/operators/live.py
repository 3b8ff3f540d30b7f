"""Live figures of a site, from the collector's memory: totals of the last half hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from dashboards.charts import Chart, bar_chart
from dashboards.rendering import HEADERS, words_for
from oboro.formats import Formats
from oboro.services import Importing, LiveFigures
from oboro.sites import Site
from oboro.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Live:
    """Visitors of the last five minutes, and the views of each of the last thirty minutes."""

    now: int
    views: Sequence[int]
    arrived: bool

    @property
    def total(self) -> int:
        """All views of the half hour."""
        return sum(self.views)

    @property
    def chart(self) -> Chart:
        """The views as bars."""
        return bar_chart(self.views)

    @property
    def rows(self) -> list[tuple[int, int]]:
        """How many minutes ago, and how many views: the newest first."""
        return list(enumerate(reversed(self.views)))


def live_figures(workspace: Workspace, site: Site) -> Live | None:
    """Return the live figures, or nothing where no collector runs in this process."""
    figures = workspace.find(LiveFigures)
    if figures is None:
        return None
    return Live(figures.now(site.host), figures.views(site.host), figures.arrived(site.host))


def import_under_way(workspace: Workspace) -> dict[str, object] | None:
    """Return how far a running import is, or nothing."""
    importing = workspace.find(Importing)
    return importing.progress() if importing else None


def live_document(request: web.Request, workspace: Workspace, site: Site) -> web.Response:
    """Answer what the page's script asks for every few seconds."""
    live = live_figures(workspace, site)
    words = words_for(request)
    number = Formats(words.locale).number
    document: dict[str, object] = {"importing": import_under_way(workspace)}
    if live:
        chart = live.chart
        document |= {
            "now": live.now,
            "views": live.views,
            "arrived": live.arrived,
            "bars": [[bar.y, bar.height] for bar in chart.bars],
            "texts": {
                "now": number(live.now),
                "total": words.counted("live.total", live.total, n=number(live.total)),
                "said": words.counted("live.said", live.now, n=number(live.now)),
            },
        }
    return web.json_response(document, headers=HEADERS)
