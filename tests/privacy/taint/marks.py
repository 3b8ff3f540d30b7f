"""What one visitor sends, each value marked so that it is found wherever it ends up.

Paths hold marks only in forms that must be masked: any other path is a page's name and is kept.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from ipaddress import IPv4Address, IPv6Address

_CONSONANTS, _VOWELS = "bdgkmnprstz", "aiueo"


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The marked values of one visitor."""

    address: str
    address6: str
    forwarded: str
    real_ip: str
    agent: str
    language: str
    cookie: str
    authorization: str
    unknown_header: str
    mail: str
    telephone: str
    token: str
    number: str
    query: str
    fragment: str
    userinfo: str
    campaign: str
    referrer_path: str
    referrer_query: str
    title: str
    event: str
    prop: str
    unknown_field: str
    unknown_site: str
    broken_body: str
    broken_request: str

    def as_bytes(self) -> dict[str, bytes]:
        """Return each mark by its name, and what a careless program would make of several."""
        marks = {one.name: getattr(self, one.name).encode() for one in fields(self)}
        v6 = IPv6Address(self.address6)
        return {
            **marks,
            "address6, in full": v6.exploded.encode(),
            "address6, packed": v6.packed,
            "network6, packed": v6.packed[:6] + bytes(10),
            "address and agent": marks["address"] + marks["agent"],
            "agent and address": marks["agent"] + marks["address"],
            "address, agent and language": (marks["address"] + marks["agent"] + marks["language"]),
        }


def marks_of(seed: int) -> Marks:
    """Make up the marks of one visitor; the same ones for the same *seed*."""
    chance = random.Random(seed)

    def word(syllables: int = 6) -> str:
        # Looks like a word, so that it is not masked for looking like a token.
        return "".join(
            chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables)
        )

    def digits(n: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(n))

    def ipv4(net: str) -> str:
        return str(IPv4Address(f"{net}.{chance.randint(100, 255)}"))

    return Marks(
        address=ipv4("198.51.100"),
        address6=str(IPv6Address((0x20010DB8 << 96) | chance.getrandbits(96) | 1 << 95)),
        forwarded=ipv4("203.0.113"),
        real_ip=ipv4("192.0.2"),
        agent=word(),
        language=f"x-{word(4)[:8]}",
        cookie=word(),
        authorization=word(),
        unknown_header=word(),
        mail=f"{word()}@{word()}.example",
        telephone=f"090-{digits(4)}-{digits(4)}",
        token=chance.randbytes(16).hex(),
        number=digits(12),
        query=word(),
        fragment=word(),
        userinfo=word(),
        campaign=word(),
        referrer_path=word(),
        referrer_query=word(),
        title=word(),
        event=word(),
        prop=word(),
        unknown_field=word(),
        unknown_site=f"{word()}.example",
        broken_body=word(),
        broken_request=word(),
    )
