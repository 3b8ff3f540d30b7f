"""Tell from a declared field of a log line whether its visitor objected to being counted."""

from __future__ import annotations

from oboro.errors import UsageError

IGNORED = "-"
FIELDS = ("cookie", "sec-gpc", "dnt", "opt-out", IGNORED)
"""What ``--opt-out-field`` may name: a Cookie header, a header that says 1, a flag, or neither."""
_COOKIES = (b"oboro-optout", b"__Host-oboro-optout", b"__Secure-oboro-optout")


def objects(field: str, value: bytes) -> bool:
    """Tell whether *value* of the declared *field* is an objection."""
    if field == IGNORED:
        return False
    if field == "cookie":
        pairs = (pair.strip() for pair in value.split(b";"))
        return any(name in _COOKIES and set_to == b"1" for name, _, set_to in map(_split, pairs))
    return value.strip() == b"1"


def check_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return *fields* in lower case; UsageError when one of them is not known."""
    lower = tuple(field.lower() for field in fields)
    for field in lower:
        if field not in FIELDS:
            raise UsageError(
                f"--opt-out-field {field}: there is no such field; name one of {', '.join(FIELDS)}"
            )
    return lower


def _split(pair: bytes) -> tuple[bytes, bytes, bytes]:
    return pair.partition(b"=")
