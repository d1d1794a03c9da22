"""The setup cell, the same in all lessons: in Colab it fetches the course, elsewhere it only imports the helper.

Everything else happens in dlcourse.setup(), the refreshing of a copy that was fetched earlier included. The clone goes
into a folder of its own, which gets the course's name when it is whole, so one that was interrupted is in nobody's way;
`mv -bT` puts aside what is left of a damaged copy. The environment variable DLCOURSE_REPOSITORY names another address.
"""

# To be filled in: {name}, the folder; {address} and {branch} of the published course.
SETUP = """\
# @title Run this cell first: it makes the course ready
import os, sys
if "google.colab" in sys.modules:
    if not os.path.exists("{name}/notebooks/dlcourse") and os.system('n={name}; rm -rf $n.part; \
GIT_TERMINAL_PROMPT=0 timeout --foreground -k 5 120 git clone -q --depth=1 -b {branch} \
"${{DLCOURSE_REPOSITORY:-{address}}}" $n.part >/dev/null 2>&1 && mv -bT $n.part $n'):
        raise SystemExit("The course could not be fetched: check the network, then run this cell again.")
    sys.path.insert(0, os.path.abspath("{name}/notebooks"))
import dlcourse
dlcourse.setup(seed=42)
"""
