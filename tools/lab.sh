#!/bin/sh
# Open JupyterLab in my_lessons/, copies of the lessons: the first time with the start page, from then on as it was
# left.
# Without a display it prints the address; as root it works too. It listens on this machine alone, unless --ip says else.
#   sh tools/lab.sh [further options of jupyter lab]
set -eu
cd "$(dirname "$0")/.."

given=" $* "
options=
default() {  # JupyterLab refuses an option that is given twice, so the caller's own takes the place of ours.
    case $given in *" ${1%%=*}"[=\ ]*) ;; *) options="$options $1" ;; esac
}

[ "$(id -u)" != 0 ] || default --allow-root
if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "There is no display here: open the address that follows in a browser. Ctrl-C stops."
    default --no-browser
fi
# shellcheck disable=SC2086
exec .venv/bin/python tools/copies.py lab $options "$@"
