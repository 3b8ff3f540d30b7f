"""How the dashboards plugs in."""

from __future__ import annotations

from oboro.rooms import Room

ROOM = Room(name="dashboards")
