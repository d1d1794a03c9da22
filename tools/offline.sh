#!/bin/sh
# Run a command where there is no network at all but the machine's own loopback. Where the network can't be cut off,
# it fails: a test that passed with the network would say nothing. That takes Linux, and on many systems root.
#   sh tools/offline.sh COMMAND …
set -eu
[ "$(id -u)" = 0 ] && flags=-n || flags=-rn
if ! unshare $flags true 2>/dev/null; then
    echo "The network can't be cut off here (unshare $flags fails): run this on Linux, with sudo where it needs root." >&2
    exit 1
fi
# Notebook kernels talk over loopback, which is down in a new namespace.
exec unshare $flags sh -c '.venv/bin/python -c "
import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh\", b\"lo\", 0x41))  # SIOCSIFFLAGS: up and running.
" && exec "$@"' sh "$@"
