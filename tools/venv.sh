#!/bin/sh
# Make .venv and install the requirement files named; do nothing when that was done and they are unchanged.
#   sh tools/venv.sh requirements.txt [requirements-dev.txt]
set -eu
cd "$(dirname "$0")/.."

if [ -d .venv ] && ! .venv/bin/python -c "import pip" >/dev/null 2>&1; then
    echo "The environment in .venv no longer starts: making it anew."
    rm -rf .venv
fi

# An NVIDIA GPU on Linux is used only with TensorFlow's own CUDA libraries. GPU=0 opts out.
gpu=
if [ "${GPU:-1}" != 0 ] && [ "$(uname -s)" = Linux ] && nvidia-smi -L 2>/dev/null | grep -q '^GPU'; then
    gpu="tensorflow[and-cuda]"
fi

todo=
for file in "$@"; do
    { cat "$file"; echo "# $gpu"; } | cmp -s - ".venv/installed-$file" || todo="$todo -r $file"
done
[ -n "$todo" ] || exit 0

if [ ! -d .venv ]; then
    python=$(sh tools/find_python.sh)
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv .venv
fi
echo "Installing$(echo "$todo" | sed 's/ -r / /g') ${gpu:+and $gpu }into .venv: once, a few minutes, about 3 GB${gpu:+, and several more for CUDA}."
# shellcheck disable=SC2086
.venv/bin/python -m pip install --disable-pip-version-check $todo ${gpu:+"$gpu"}
for file in "$@"; do
    { cat "$file"; echo "# $gpu"; } > ".venv/installed-$file"
done
