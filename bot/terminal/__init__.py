"""What `python -m bot` prints for the person who runs it, beside running: `doctor`, `iam` and `watch`.

None of it changes anything.
"""
