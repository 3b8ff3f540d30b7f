"""Tell from a declared field of a log line whether its visitor objected to being counted."""

from __future__ import annotations

from multidict import MultiDict

from oboro.errors import UsageError
from oboro.optout_cookie import objection_in

IGNORED = "-"
HEADERS = {"cookie": "Cookie", "sec-gpc": "Sec-GPC", "dnt": "DNT"}
FLAG = "opt-out"
FIELDS = (*HEADERS, FLAG, IGNORED)
"""What ``--opt-out-field`` may name: a request's header, a flag that is 1, or nothing of ours."""


def objects(field: str, value: str) -> bool:
    """Tell whether *value* of the declared *field* is an objection, by the rule of live hits."""
    if field == IGNORED:
        return False
    if field == FLAG:
        return value.strip() == "1"
    return objection_in(MultiDict({HEADERS[field]: value})) is not None


def check_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return *fields* in lower case; UsageError when they tell of no objection."""
    lower = tuple(field.lower() for field in fields)
    for field in lower:
        if field not in FIELDS:
            raise UsageError(
                f"--opt-out-field {field}: there is no such field; name one of {', '.join(FIELDS)}"
            )
    if lower and set(lower) == {IGNORED}:
        raise UsageError("--opt-out-field names no field that can hold an objection")
    return lower
