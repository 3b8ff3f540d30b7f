"""Kill -9 at random moments: every acknowledged view is counted once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.killing import RIGHT, Books


def kill_at_random(directory: Path, times: int) -> Books:
    """Kill *times* children on the data of *directory*: a third on their way up, others at work."""
    moments = random.Random(times)
    books = Books(directory)
    for number in range(times):
        books.live_and_die("run", seconds=moments.uniform(0.2, 2.0), at_work=number % 3 < 2)
    return books


def test_kills_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    books = kill_at_random(tmp_path, 6)
    assert len(books.kept) > 100
    assert books.balance() == RIGHT


@pytest.mark.soak
def test_a_hundred_kills_at_random_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    books = kill_at_random(tmp_path, 100)
    assert len(books.kept) > 10_000
    assert books.balance() == RIGHT
