#!/bin/sh
# Install the course from this stick, without a network (Linux x86_64, macOS arm64).
#   sh install.sh [folder]
set -eu
stick=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/@FOLDER@}
case $target in /*) ;; *) target=$PWD/$target ;; esac

stop() {
    printf '%s\n' "$1" >&2
    exit 1
}

machine=$(uname -m)
case "$(uname -s) $machine" in
    "Linux x86_64" | "Darwin arm64") ;;
    *) stop "This stick has no packages for $(uname -s) on $machine: open the lessons in Colab." ;;
esac

python=
for version in @VERSIONS@; do
    for candidate in "${PYTHON:-}" "python$version" python3 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c "import ensurepip, platform, sys, venv
sys.exit('%d.%d' % sys.version_info[:2] != '$version' or platform.machine() != '$machine')" >/dev/null 2>&1; then
            python=$candidate
            break 2
        fi
    done
done
[ -n "$python" ] || stop "No Python @OR@ for $machine that starts was found: install one (see INSTALL.txt), or name it: \
PYTHON=/path/to/python sh install.sh"

# @MARK@ names the version of the course. It is the first file of a copy, and course.toml the last.
if [ -f "$target/@MARK@" ]; then
    cmp -s "$stick/course/@MARK@" "$target/@MARK@" || stop "Another version of the course is in '$target', and stays as \
it is: rename that folder, or name another one: sh install.sh FOLDER"
elif [ -n "$(ls -A "$target" 2>/dev/null)" ]; then
    stop "Something else called '$target' is in the way: rename it, or name another folder: sh install.sh FOLDER"
fi
if [ ! -f "$target/course.toml" ]; then
    mkdir -p "$target"
    cp "$stick/course/@MARK@" "$target/"
    for entry in "$stick"/course/* "$stick"/course/.[!.]*; do
        case $entry in */course.toml | */course/\* | */.\[!.\]\*) ;; *) cp -R "$entry" "$target/" ;; esac
    done
    cp "$stick/course/course.toml" "$target/"
fi
cd "$target"

printf '%s\n' "Installing into '$target': a few minutes, without a network. Each package is named."
.venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
.venv/bin/python -m pip install --disable-pip-version-check --no-compile --no-index --find-links "$stick/wheels" \
    --no-deps --require-hashes --requirement "$stick/requirements.lock"
cp requirements.lock .venv/installed-requirements.lock # So that `make lab` knows.
quoted=$(printf '%s' "$target" | sed "s/'/'\\\\''/g")  # To be pasted, whatever is in the name.
printf '%s\n' "Installed. Start it, now and next time, with" "    cd '$quoted'" \
    "    .venv/bin/python tools/copies.py lab"
