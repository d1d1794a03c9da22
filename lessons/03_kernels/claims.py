"""What lesson 3 promises: so far, which answer to its question is right."""

POLL = "makes differences between neighbouring pixels larger"
