"""What is in memory stays there."""

from __future__ import annotations

import json
import subprocess
import sys

CHILD = """
import ctypes, json, resource
from oboro.hardening import keep_memory_private

def present():
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
    return dumpable, resource.getrlimit(resource.RLIMIT_CORE)[0] != 0

_, most = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
before = present()
keep_memory_private()
print(json.dumps([before, present()]))
"""


def test_a_hardened_process_can_be_neither_dumped_nor_read() -> None:
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, check=True)
    before, after = json.loads(done.stdout)
    assert before[0] == 1
    assert after == [0, False]
