"""When the interpreter ends: leave no process behind, and wait for no task."""

import atexit
import threading
import weakref
from collections.abc import Callable
from typing import Any, Protocol

# concurrent.futures joins its threads, and so waits for every queued task, in hooks of this kind,
# that run before those of `atexit`.
_register: Callable[[Callable[[], None]], Any] = getattr(
    threading, "_register_atexit", atexit.register
)


class Closable(Protocol):
    """What ends its workers when told so."""

    def shutdown(self) -> None:
        """Return when they are gone."""


def shut_down_at_exit(engine: Closable) -> None:
    """Shut ``engine`` down, if it still exists then, before anybody waits for its threads.

    Hooks run last in, first out: to be called when the executors have been made, since their
    modules register hooks when they are imported.
    """
    found = weakref.ref(engine)

    def shut_down() -> None:
        there = found()
        if there is not None:
            there.shutdown()

    _register(shut_down)
