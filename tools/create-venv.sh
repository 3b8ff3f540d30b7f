#!/bin/sh
# Create the virtual environment $1 with the newest Python that is new enough.
set -eu

for name in "${PYTHON:-}" python3.14 python3.13 python3.12 python3.11 python3 python; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    echo "Creating $1 with $("$name" --version)"
    if "$name" -m venv "$1"; then
        exit 0
    fi
    rm -rf "$1"
    echo "$name cannot create virtual environments." >&2
    echo "On Debian and Ubuntu: apt install python3-venv, then try again." >&2
    exit 1
done

echo "Oboro needs Python 3.11 or newer, and none was found." >&2
echo "Install one (on Debian and Ubuntu: apt install python3 python3-venv), or name" >&2
echo "the one to use: make setup PYTHON=/path/to/python3" >&2
exit 1
