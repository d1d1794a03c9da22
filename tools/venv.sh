#!/bin/sh
# Make .venv and install the locks named; do nothing when that was done and they are unchanged.
#   sh tools/venv.sh requirements.lock [requirements-dev.lock]      without a name: only the installer, uv
set -eu
cd "$(dirname "$0")/.."

if [ "$(uname -s) $(uname -m)" = "Darwin x86_64" ]; then
    echo "TensorFlow has no packages for Macs with an Intel processor: open the lessons in Colab, as README.md shows." >&2
    exit 1
fi
if [ -d .venv ] && ! .venv/bin/python -c "import ensurepip" >/dev/null 2>&1; then
    echo "The environment in .venv no longer starts: making it anew."
    rm -rf .venv
fi

# An NVIDIA GPU on Linux is used only with TensorFlow's own CUDA libraries. GPU=0 opts out.
if [ $# != 0 ] && [ "${GPU:-1}" != 0 ] && [ "$(uname -s)" = Linux ] && nvidia-smi -L 2>/dev/null | grep -q '^GPU'; then
    set -- "$@" requirements-cuda.lock
fi

todo=
for file in "$@"; do
    cmp -s "$file" ".venv/installed-$file" || todo="$todo -r $file"
done
[ -n "$todo" ] || [ $# = 0 ] || exit 0

if [ ! -d .venv ]; then
    python=$(sh tools/find_python.sh)
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv .venv
fi
pip=".venv/bin/python -m pip --disable-pip-version-check"
$pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null  # Interrupted between the two.
uv=.venv/bin/uv
if ! $uv --version >/dev/null 2>&1 && ! $pip install --quiet --only-binary=uv "uv>=0.9,<1"; then
    uv=
    echo "uv could not be installed, so pip does its work, which takes a few minutes longer."
fi
[ -n "$todo" ] || exit 0

case $todo in *cuda*) size="several GB" ;; *-dev.lock) size="up to 3 GB" ;; *) size="3 GB" ;; esac
echo "Installing$(echo "$todo" | sed 's/ -r / /g') into .venv: once, $size."
# A mirror that only pip's settings name is out of uv's reach, so pip has the last word.
# shellcheck disable=SC2086
if [ -z "$uv" ] || ! $uv pip install --python .venv/bin/python --require-hashes $todo; then
    [ -z "$uv" ] || echo "uv could not install them, so pip tries, which takes a few minutes."
    $pip install --require-hashes $todo
fi
for file in "$@"; do
    cp "$file" ".venv/installed-$file"
done
