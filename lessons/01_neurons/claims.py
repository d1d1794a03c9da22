"""What lesson 1 promises: so far, which answer to its question is right."""

POLL = "can't be told from these 20 houses"
