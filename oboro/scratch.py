"""Keep temporary files in the data directory, and clear what a kill left of them.

The embedded engine is handed its inserts in files; outside, a killed one would stay for ever.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_in(data_dir: Path) -> Iterator[Path]:
    """Let this process make its temporary files in *data_dir*, in a folder that begins empty.

    Only for the process that owns the directory: what lies there is nobody's any more.
    """
    scratch = data_dir.resolve() / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    before = tempfile.tempdir
    tempfile.tempdir = str(scratch)
    try:
        yield scratch
    finally:
        tempfile.tempdir = before
        shutil.rmtree(scratch, ignore_errors=True)
