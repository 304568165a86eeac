"""What computes for long says that it gets on: whoever watches it takes silence for a hang.

The standard library only: a worker imports this before anything else.
"""

from typing import Any

_counter: Any = None


def count_progress_in(counter: Any) -> None:
    """Let ``note_progress`` count in ``counter.value``, which a watcher reads; None: nowhere."""
    global _counter
    _counter = counter


def note_progress() -> None:
    """Something got done; a task that never says so is taken for hung.

    In a worker the beginning of a task, a training step and an import do so. What computes for
    more than a second between two of them, such as a sweep of measurements, calls this on its way.
    """
    if _counter is not None:
        _counter.value += 1
