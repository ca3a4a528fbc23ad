"""The specs; what the kit asserts is shown as well as what the tests do."""

import pytest

pytest.register_assert_rewrite("tests.scenario", "tests.tables")
