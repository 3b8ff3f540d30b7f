"""What the attacker knows of the keys beforehand: the lists that ship with the program."""

from __future__ import annotations

from collections.abc import Mapping, Set

from oboro.closed_lists import CLOSED_LISTS

PUBLIC_KEYS: Mapping[str, Set[str]] = {name: frozenset(keys) for name, keys in CLOSED_LISTS.items()}
