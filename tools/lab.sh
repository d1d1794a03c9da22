#!/bin/sh
# Open JupyterLab in notebooks/; without a display print the address, and as root or in a container work too.
#   sh tools/lab.sh [further options of jupyter lab]
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" != 0 ] || set -- --allow-root "$@"
if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "There is no display here: open the address that follows in a browser. Ctrl-C stops."
    set -- --no-browser "$@"
fi
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
    set -- --ip=0.0.0.0 "$@"  # So that a published port reaches it; the token in the address still protects.
fi
# tools/lab/ holds settings: no look for news or newer versions, which would reach for the network and ask about it.
exec .venv/bin/jupyter lab --notebook-dir=notebooks --LabApp.app_settings_dir="$PWD/tools/lab" "$@"
