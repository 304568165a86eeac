"""How a worker stands, and what may become of a task or a command instead of a result."""

from concurrent.futures import BrokenExecutor
from typing import Literal

Standing = Literal["ready", "starting", "suspect"]
"""How a worker gets on: it answers, it has been started and has not answered yet, or it has been
given a task and makes no progress with it."""


class WorkerHung(BrokenExecutor):
    """A worker made no progress for longer than its task may; it has been killed and replaced."""


class EngineClosed(RuntimeError):
    """The engine was shut down, or the interpreter is ending: nothing more can be submitted."""


class NotTheHolder(PermissionError):
    """The session does not hold the run it wants to command; it may fork it with ``open``."""


class UnknownRun(KeyError):
    """The store has no such run, or has forgotten it."""

    def __str__(self) -> str:
        """One sentence."""
        return f"there is no run '{self.args[0]}' (any more)"
