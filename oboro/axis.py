"""Choose the lines of a chart's scale, the same way on every page."""

from __future__ import annotations


def scale(most: int) -> tuple[int, ...]:
    """Return 0, a few round steps, and a top that *most* fits under.

    >>> scale(870)
    (0, 250, 500, 750, 1000)
    >>> scale(3)
    (0, 1, 2, 3)
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size if size < 10 else 5 * size // 2, 5 * size):
            if step * 4 >= most:
                return tuple(step * n for n in range(max(1, -(-most // step)) + 1))
        size *= 10
