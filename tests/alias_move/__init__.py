import pytest

# Its assertions say what differs, as those in tests do.
pytest.register_assert_rewrite("tests.alias_move.soundness")
