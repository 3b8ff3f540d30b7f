"""Tell a network that sends more hits than people do, by counts of the running minute alone.

It changes nothing in the ledger: a network is shared by many, and what one of them sends must not
change what another contributes to a publication. So a hit over the limit leaves no facts, and its
visitor's own contributions all the same.
"""

from __future__ import annotations

from datetime import datetime

from collector.admission.bot import LOOPBACK

NETWORKS = 100_000
"""Networks whose hits are counted at once; what comes from others is not limited."""


class Rate:
    """Hits of the running minute by truncated network; forgotten when the next one begins."""

    def __init__(self, per_minute: int, *, networks: int = NETWORKS) -> None:
        self._most = per_minute
        self._networks = networks
        self._minute = -1
        self._hits: dict[bytes, int] = {}

    def exceeds(self, network: bytes, at: datetime) -> bool:
        """Count a hit of *network*; tell whether it is one too many for its minute.

        The server's own machine is not limited: it is its operator, or a proxy that hides
        everybody behind one address.
        """
        minute = int(at.timestamp()) // 60
        if minute > self._minute:
            self._minute, self._hits = minute, {}
        if not network or network in LOOPBACK:
            return False
        hits = self._hits.get(network, 0) + 1
        if hits > 1 or len(self._hits) < self._networks:
            self._hits[network] = hits
        return hits > self._most

    def size(self) -> int:
        """Return how many networks are counted at the moment."""
        return len(self._hits)
