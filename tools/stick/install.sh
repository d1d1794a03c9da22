#!/bin/sh
# Install the course from this stick, without a network (Linux x86_64, macOS arm64).
#   sh install.sh [folder]
set -eu
stick=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/@FOLDER@}

case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | "Darwin arm64") ;;
    *) echo "This stick has no packages for $(uname -s) on $(uname -m): open the lessons in Colab." >&2; exit 1 ;;
esac

python=
for version in @VERSIONS@; do
    for candidate in "${PYTHON:-}" "python$version" python3 python; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c "import ensurepip, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" \
            >/dev/null 2>&1; then
            python=$candidate
            break 2
        fi
    done
done
if [ -z "$python" ]; then
    echo "No Python @OR@ that starts was found: install one (see INSTALL.txt), or name it: PYTHON=/path/to/python sh install.sh" >&2
    exit 1
fi

if [ ! -f "$target/course.toml" ]; then
    if [ -e "$target" ] && [ ! -e "$target/.copying" ]; then
        echo "Something else called $target is in the way: rename it, or name another folder: sh install.sh FOLDER" >&2
        exit 1
    fi
    mkdir -p "$target"
    touch "$target/.copying"
    for entry in "$stick"/course/* "$stick"/course/.[!.]*; do # course.toml last: with it the copy is whole.
        case $entry in */course.toml | */course/\* | */.\[!.\]\*) ;; *) cp -R "$entry" "$target/" ;; esac
    done
    cp "$stick/course/course.toml" "$target/"
    rm -f "$target/.copying"
fi
cd "$target"

echo "Installing into $target: a few minutes, without a network. Each package is named."
.venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
.venv/bin/python -m pip install --disable-pip-version-check --no-compile --no-index --find-links "$stick/wheels" \
    --no-deps --require-hashes --requirement "$stick/requirements.lock"
cp requirements.lock .venv/installed-requirements.lock # So that `make lab` knows.
echo "Installed. Start it, now and next time, with"
echo "    cd $target"
echo "    .venv/bin/python tools/copies.py lab"
