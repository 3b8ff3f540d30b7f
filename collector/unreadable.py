"""A request that cannot be read: its status, and a sentence that says what to do about it."""

from __future__ import annotations


class Unreadable(Exception):
    """The sender's mistake; *message* never repeats anything that was sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
