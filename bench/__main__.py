"""Run every benchmark in turn, each in a process of its own: ``make bench``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run them all, also when one fails, and return the status of the whole."""
    failed = 0
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        print(f"== {path.stem}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.{path.stem}"]).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
