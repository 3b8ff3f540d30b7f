"""The process that is killed while it draws; its noise tells of each draw in a file of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.drawing import APRIL, MARCH, a_month, draw, drawing_in

if __name__ == "__main__":
    with drawing_in(Path(sys.argv[1])) as drawing:
        for period in (MARCH, APRIL):
            draw(drawing, a_month(), period)
