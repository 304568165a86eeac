"""Asks the interactive worker, one request at a time, and keeps the last answer."""

from collections.abc import Callable, Hashable
from concurrent.futures import BrokenExecutor, Future
from concurrent.futures import TimeoutError as StillWorking
from contextlib import suppress
from typing import Any

import streamlit as st

from dashboard.kit.sessions import engine

PATIENCE_SECONDS = 0.15
"""How long a page waits for the newest answer before it shows the last one."""


class Desk:
    """One kind of request of one session.

    A key is ``(identity, rest)``: an older answer is shown while the newest is being made only if
    it is of the same identity.
    """

    def __init__(self) -> None:
        """Nothing asked yet."""
        self.wanted: tuple[Hashable, Hashable] | None = None
        self.failed: tuple[Hashable, Hashable] | None = None
        self.future: Future[Any] | None = None
        self.shown_key: tuple[Hashable, Hashable] | None = None
        self.shown: Any = None

    def answer(
        self,
        key: tuple[Hashable, Hashable],
        function: Callable[..., Any],
        *args: Any,
        deadline: float | None = None,
    ) -> tuple[Any, bool]:
        """The answer to ``key`` or the last one of its identity, and whether it is up to date."""
        if key not in (self.shown_key, self.failed) and self.future is None:
            self.wanted = key
            with suppress(RuntimeError):  # the worker is being replaced: the next visit asks again
                self.future = engine().request(function, *args, deadline=deadline)
        if self.future is not None:
            self._collect()
        fits = self.shown_key is not None and self.shown_key[0] == key[0]
        return (self.shown if fits else None), key in (self.shown_key, self.failed)

    def _collect(self) -> None:
        assert self.future is not None
        try:
            self.shown = self.future.result(timeout=PATIENCE_SECONDS)
            self.shown_key, self.future = self.wanted, None
        except StillWorking:
            pass
        except BrokenExecutor:
            self.future = None  # the engine has replaced the worker: the next visit asks again
        except Exception as error:
            self.failed, self.future = self.wanted, None
            st.warning(f"This picture could not be computed: {error}")


def desk(name: str) -> Desk:
    """This session's desk of that name."""
    found: Desk = st.session_state.setdefault(f"flow_desk_{name}", Desk())
    return found
