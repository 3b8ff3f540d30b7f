"""The collector's name for what is on the ground floor."""

from __future__ import annotations

from oboro.threads import run_through

__all__ = ["run_through"]
