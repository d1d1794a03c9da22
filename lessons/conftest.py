"""The tests here have what tests/shared.py gives."""

import pytest

pytest.register_assert_rewrite("shared", "running")

from shared import *  # noqa: E402, F403
