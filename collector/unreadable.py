"""A request that cannot be read: its status, and a sentence that says what to do about it."""

from __future__ import annotations


class Unreadable(Exception):
    """The sender's mistake; *message* never repeats anything that was sent.

    *field* names the field that is wrong, as the sender's own form calls it, if it is one.
    """

    def __init__(self, status: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field
