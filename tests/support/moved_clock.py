"""``python -m tests.support.moved_clock FILE …``: Oboro, on a clock that the test moves.

The file holds by how many seconds the machine's clock is ahead; all else is the real program.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from oboro.cli import main
from oboro.clock import SystemClock


def _move(file: Path) -> None:
    real = SystemClock.now

    def now(clock: SystemClock) -> datetime:
        return real(clock) + timedelta(seconds=float(file.read_text()))

    setattr(SystemClock, "now", now)  # noqa: B010  # an assignment would be taken for a mistake


if __name__ == "__main__":
    _move(Path(sys.argv.pop(1)))
    main()
