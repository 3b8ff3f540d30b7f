"""Errors that reach a person: what is wrong, where, and what to do; never a visitor's value."""

from __future__ import annotations


class OboroError(Exception):
    """Something failed; the command ends with status 1."""

    status = 1


class UsageError(OboroError):
    """The call itself is wrong; the command ends with status 2."""

    status = 2


class Conflict(OboroError):
    """What is asked contradicts what is already kept; the command ends with status 3."""

    status = 3
