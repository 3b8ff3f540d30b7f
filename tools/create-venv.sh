#!/bin/sh
# Create the virtual environment $1 with a Python that is new enough; PYTHON names a preferred one.
set -eu

unable=""
for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    echo "Creating $1 with $("$name" --version)"
    "$name" -m venv "$1" >/dev/null 2>&1 && exit 0
    rm -rf "$1"
    unable="$name"
done

if [ -n "$unable" ]; then
    echo "$unable is new enough, but cannot create virtual environments." >&2
    echo "On Debian and Ubuntu: apt install python3-venv, then try again." >&2
else
    echo "Oboro needs Python 3.11 or newer, and none was found." >&2
    echo "Install one (on Debian and Ubuntu: apt install python3 python3-venv), or name" >&2
    echo "the one to use: make setup PYTHON=/path/to/python3" >&2
fi
exit 1
