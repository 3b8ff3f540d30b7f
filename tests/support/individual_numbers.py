"""Make Individual Numbers (My Number) up: twelve digits, the last of which checks the others."""

from __future__ import annotations

from hypothesis import strategies as st

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
DIVIDERS = ("", "-", "－", "‐", "–", "—", "―", "−", "ー", "ｰ", " ", "　", ".", "_", "・", "･", "·")
"""What people write between the groups of four: hyphens of all kinds, spaces, points."""


def check_digit(eleven: str) -> int:
    """Return the check digit of *eleven* digits, by ordinance 85 of 2014 of the ministry (MIC).

    >>> check_digit("12345678901")
    8
    """
    weighted = sum(
        int(digit) * (place + 1 if place <= 6 else place - 5)
        for place, digit in enumerate(reversed(eleven), 1)
    )
    rest = weighted % 11
    return 0 if rest <= 1 else 11 - rest


def individual_numbers() -> st.SearchStrategy[str]:
    """Draw valid numbers, as twelve digits."""
    return st.text("0123456789", min_size=11, max_size=11).map(
        lambda eleven: f"{eleven}{check_digit(eleven)}"
    )


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    """Draw valid numbers as people write them: in groups or not, in half or full width."""
    number = draw(individual_numbers())
    divider = draw(st.sampled_from(DIVIDERS))
    written = divider.join((number[:4], number[4:8], number[8:]))
    return written.translate(_FULL_WIDTH) if draw(st.booleans()) else written
