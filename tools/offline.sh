#!/bin/sh
# Run a command where there is no network at all but the machine's own loopback (Linux; elsewhere it says so and skips).
#   sh tools/offline.sh COMMAND …
set -eu
[ "$(id -u)" = 0 ] && flags=-n || flags=-rn
if ! unshare $flags true 2>/dev/null; then
    echo "Skipped: this system has no network namespaces for us (unshare $flags fails), so the network can't be cut off."
    exit 0
fi
# Notebook kernels talk over loopback, which is down in a new namespace.
exec unshare $flags sh -c '.venv/bin/python -c "
import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh\", b\"lo\", 0x41))  # SIOCSIFFLAGS: up and running.
" && exec "$@"' sh "$@"
