"""The setup cell, the same in all lessons: in Colab it fetches the course, elsewhere it only imports the helper.

Everything else happens in dlcourse.setup(), the refreshing of a copy that was fetched earlier included. The clone goes
into a folder of its own, which gets the course's name when it is whole, so one that stalled or was interrupted is in
nobody's way. A server that falls silent is given up after 10 s, a slow one after two minutes, in which a dot is printed
every 5 s. What else lies in the course's place is left there: it may be somebody's work. A failure is looked into
afterwards, by what is there. The environment variable DLCOURSE_REPOSITORY names another address.
"""

# To be filled in: {name}, the folder; {address} and {branch} of the published course; {seen}, the address to look at;
# {guard}, UNPUBLISHED or nothing.
SETUP = """\
# @title Run this cell first: it makes the course ready
import os, shutil, sys
if "google.colab" in sys.modules:
    place = "{name}"
    if not os.path.exists(place + "/notebooks/dlcourse"):
{guard}        fetch = '''n={name}; rm -rf $n.part
            while sleep 5 && kill -0 $$ 2>&-; do printf .; done & dots=$!
            export GIT_TERMINAL_PROMPT=0 GIT_HTTP_LOW_SPEED_LIMIT=1000 GIT_HTTP_LOW_SPEED_TIME=10
            timeout --foreground -k 5 120 git clone -q --depth=1 -b {branch} \\
            "{address}" $n.part >/dev/null 2>&1 \\
            && mv -T $n.part $n; failed=$?; kill $dots 2>&-; exit $failed'''
        if os.path.lexists(place) or os.system(fetch):
            raise SystemExit("The course could not be fetched: " + (
                f"something else called {{place}} is in its way, so rename that" if os.path.lexists(place) else
                "git is missing, so install it" if not shutil.which("git") else
                "less than 100 MB of disk are left, so delete something" if shutil.disk_usage(".").free < 1e8 else
                "check the network, and that {seen} "
                "opens in a browser") + ", then run this cell again.")
    sys.path.insert(0, os.path.abspath(place + "/notebooks"))
import dlcourse
dlcourse.setup(seed=42)
"""
# Stands in the cell until `make repository` was used: whatever lies at the placeholder's address is not the course.
UNPUBLISHED = """\
        if not os.environ.get("DLCOURSE_REPOSITORY"):
            raise SystemExit("This copy of the course has no address yet, so Colab cannot fetch it: "
                             "whoever publishes it must run `make repository NAME=owner/name` first.")
"""


def published(repository):
    """Whether course.toml says where: until `make repository` was used, "owner" stands there."""
    return not repository.startswith("owner/")


def source(repository, branch):
    """The cell of a course that is published as owner/name, or of one that isn't published yet."""
    name = repository.split("/")[1]
    seen, guard = f"https://github.com/{repository}", ""
    address = f"${{DLCOURSE_REPOSITORY:-{seen}}}"
    if not published(repository):
        address, seen, guard = "$DLCOURSE_REPOSITORY", "its address", UNPUBLISHED
    return SETUP.format(name=name, branch=branch, address=address, seen=seen, guard=guard).strip()
