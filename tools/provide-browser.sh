#!/bin/sh
# See to it that the browser tests have Chromium with Japanese letters, the fault tests strace and
# nginx, and those of publications minisign.
# What is missing is installed by apt when that can be done without asking; else say what is skipped.
set -eu

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
if command -v fc-list >/dev/null 2>&1; then
    [ -n "$(fc-list :lang=ja family 2>/dev/null | head -n 1)" ] || missing="$missing fonts-noto-cjk"
else
    missing="$missing fonts-noto-cjk"
fi
command -v strace >/dev/null 2>&1 || missing="$missing strace"
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
command -v minisign >/dev/null 2>&1 || missing="$missing minisign"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # the names are to be split
    if { apt-get -q update && apt-get -q -y --no-install-recommends install $missing; } \
        >"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    why="apt-get could not install them (its last lines are above)"
else
    why="this is not root on a system with apt-get"
fi
echo "NOT INSTALLED:$missing, because $why."
echo "The tests that need them are skipped, each with its reason in pytest's summary."
