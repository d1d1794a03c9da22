#!/bin/sh
# Print a Python from 3.11 to 3.13 that really starts and can make virtual environments.
# A version manager's shim may exist and fail, so each candidate is tried.
#   sh tools/find_python.sh [3.13]      with an argument: that version only
wanted=${1:-}
managed=${PYENV_ROOT:-$HOME/.pyenv}/versions
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python \
    "$managed"/3.13.*/bin/python "$managed"/3.12.*/bin/python "$managed"/3.11.*/bin/python; do
    [ -n "$candidate" ] || continue
    if "$candidate" - "$wanted" >/dev/null 2>&1 <<'PYTHON'
import ensurepip, sys, venv
version = "%d.%d" % sys.version_info[:2]
sys.exit(version not in ([sys.argv[1]] if sys.argv[1] else ["3.11", "3.12", "3.13"]))
PYTHON
    then
        command -v "$candidate"
        exit 0
    fi
done
echo "No Python ${wanted:-3.11, 3.12 or 3.13} that starts was found: install one from https://www.python.org/downloads/" \
    "(on Debian and Ubuntu: apt install python3 python3-venv), or name it: make lab PYTHON=/path/to/python." >&2
exit 1
