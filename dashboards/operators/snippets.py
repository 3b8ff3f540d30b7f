"""Write the lines that operators put into their sites' pages."""

from __future__ import annotations

from typing import NamedTuple, Self

from oboro.tracker import built_script, pinned


class Snippets(NamedTuple):
    """Lines of HTML, of which each page takes one, and the point besides."""

    every: str
    """The same for all sites that are counted on this server: each page tells its own host."""
    named: str
    """For pages whose host is not the registered one."""
    pinned: str
    """For pages that take today's script and no other; empty where none was built."""
    point: str
    """What counts views of readers without JavaScript, but for the page's own path."""

    @classmethod
    def of(cls, origin: str, host: str) -> Self:
        """Return the lines for the site *host* that load from *origin*."""
        return cls(
            every=f'<script defer src="{origin}/t.js"></script>',
            named=f'<script defer src="{origin}/t.js" data-site="{host}"></script>',
            pinned=_pinned(origin, built_script()),
            point=(
                f'<noscript><img src="{origin}/pixel.gif?site={host}&amp;url=/PAGE" alt="" '
                'width="1" height="1"></noscript>'
            ),
        )


def _pinned(origin: str, script: bytes) -> str:
    if not script:
        return ""
    name, integrity = pinned(script)
    return (
        f'<script defer src="{origin}/{name}" integrity="{integrity}" '
        'crossorigin="anonymous"></script>'
    )
