#!/bin/sh
# Open JupyterLab in notebooks/: the first time with the first lesson, from then on as it was left.
# Without a display it prints the address; as root and in a container it works too.
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
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
    default --ip=0.0.0.0  # So that a published port reaches it; the token in the address still protects.
fi
default --notebook-dir=notebooks
if [ ! -e .venv/lab-was-opened ]; then
    for lesson in notebooks/[0-9]*.ipynb; do
        default "--LabApp.default_url=/lab/tree/${lesson##*/}"
        break
    done
    touch .venv/lab-was-opened
fi

# Lessons import dlcourse, also those that a learner copied into another folder.
export PYTHONPATH="$PWD/notebooks${PYTHONPATH:+:$PYTHONPATH}"
# tools/lab/ holds settings: no look for news or newer versions, which would reach for the network and ask about it.
# shellcheck disable=SC2086
exec .venv/bin/python -m jupyterlab $options --LabApp.app_settings_dir="$PWD/tools/lab" "$@"
