"""Sessions and their runs: who watches, who holds, what a reload finds again.

The store of runs is shared by all sessions of the server; a session holds the runs of its lessons
and names them in the link, so that a reload, or the same browser later, goes on where it was.
"""

from __future__ import annotations

import gc
import hashlib
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.execution.outcomes import NotTheHolder, UnknownRun
from dashboard.kit.look import kit_words

if TYPE_CHECKING:
    from core.execution.engine import Engine
    from core.execution.store import RunStore
    from core.execution.view import RunView
    from core.run import Run
    from dashboard.kit.lesson import Training

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter: the one that feeds the workers waits for it."""

CONTROL_PATIENCE = 0.12
"""Seconds that a page waits for the first slice under controls that were just moved."""

_LATE = suppress(NotTheHolder, UnknownRun)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The worker processes of this server; ``warm_workers`` starts them."""
    from core.execution.config import EngineConfig
    from core.execution.engine import Engine

    workers = Engine(EngineConfig())
    workers.start_watching()
    return workers


@st.cache_resource(show_spinner=False)
def warm_workers(modules: tuple[str, ...]) -> None:
    """Once, after the first page is drawn: start the workers in the background.

    Args:
        modules: what they import ahead.
    """
    engine().warm_up(modules)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is imported by now stays: later collections need not look at it


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """The runs of this server."""
    from core.execution.store import RunStore

    store = RunStore(engine())
    store.start_sweeping()
    return store


def _release(token: str) -> None:
    run_store().release(token)


@st.cache_resource(show_spinner=False, scope="session", on_release=_release)
def _holder() -> str:
    """A token of this session; released when its tab is closed or reloaded."""
    return secrets.token_urlsafe(12)


def browser() -> str | None:
    """An identity of the visitor's browser that a link does not carry; ``None`` if unknown.

    It is derived from the cookie that Streamlit gives every browser against request forgery: the
    cookie holds a random token under a mask that changes, ``2|mask|masked token|time``.
    """
    parts = str(st.context.cookies.get("_streamlit_xsrf", "")).strip('"').split("|")
    if len(parts) != 4:
        return None
    try:
        mask, masked = bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    except ValueError:
        return None
    token = bytes(byte ^ mask[i % len(mask)] for i, byte in enumerate(masked)) if mask else masked
    return hashlib.sha256(token).hexdigest()


class HeldRun:
    """The run that this session holds for one lesson, and the commands it may give.

    A command that comes too late (the connection was lost meanwhile, or the store has forgotten
    the run) does nothing: the page attaches itself anew with its next rerun.
    """

    def __init__(self, run_id: str, holder: str) -> None:
        """Name the run and who speaks."""
        self.run_id = run_id
        self.holder = holder

    def watch(self) -> RunView | None:
        """The run as it stands; looking at it is what keeps it training.

        ``None`` when it is no longer this session's: the page has to attach itself anew.
        """
        view = run_store().watch(self.run_id, self.holder)
        return view if view is not None and view.is_mine else None

    def glance(self) -> RunView | None:
        """The run as it stands, without letting it train; it is not forgotten.

        ``None`` when it is no longer this session's.
        """
        store = run_store()
        store.read(self.run_id)
        view = store.view(self.run_id, self.holder)
        return view if view is not None and view.is_mine else None

    def latest(self) -> Run:
        """The run as it stands, whoever holds it; works outside of a script run, too.

        Raises:
            UnknownRun: when the store has forgotten it.
        """
        view = run_store().view(self.run_id)
        if view is None:
            raise UnknownRun(self.run_id)
        return view.run

    def play(self, until_step: int | None = None) -> None:
        """Train on."""
        with _LATE:
            run_store().play(self.run_id, self.holder, until_step)

    def pause(self) -> None:
        """Stop after the slice in flight."""
        with _LATE:
            run_store().pause(self.run_id, self.holder)

    def step_once(self) -> None:
        """Train one step."""
        with _LATE:
            run_store().step_once(self.run_id, self.holder)

    def set_controls(self, controls: Any) -> None:
        """Train with ``controls`` from the next slice on."""
        with _LATE:
            run_store().set_controls(self.run_id, self.holder, controls)

    def wait_for_controls(self, controls: Any) -> None:
        """While it trains, wait for the first slice with ``controls``, but not for long.

        So the pictures that a moved control draws already show what it changed.
        """
        with _LATE:
            run_store().wait_for_controls(self.run_id, controls, CONTROL_PATIENCE)

    def replace(self, run: Run, until_step: int | None = None) -> None:
        """Start over with ``run``."""
        with _LATE:
            run_store().replace_run(self.run_id, self.holder, run, until_step)

    def bring_back(self, config: Any) -> None:
        """Go back to the run that the last ``replace`` took away, if it is of ``config``."""
        with _LATE:
            run_store().bring_back(self.run_id, self.holder, config)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The run that a link or the session names, if it is there and of this lesson."""

    held: HeldRun
    run: Run


def slot_of(lesson: str, name: str) -> str:
    """Where the session keeps the id of one of a lesson's runs."""
    return f"{lesson}_{name}_run" if name else f"{lesson}_run"


def held_of(lesson: str, name: str = "") -> HeldRun | None:
    """The run that this session holds, in a callback."""
    run_id = st.session_state.get(slot_of(lesson, name))
    return None if run_id is None else HeldRun(run_id, _holder())


def attached(lesson: str, part: Training) -> Found | None:
    """The run that the session or the link names; None, with a toast, where it is not found.

    A run of another lesson is not found either. A copy of somebody else's run is announced.

    Args:
        lesson: whose runs.
        part: which of them.
    """
    slot, said = slot_of(lesson, part.name), kit_words()
    kept = st.session_state.get(slot)
    wanted = kept or st.query_params.get(part.link_key)
    if not wanted:
        return None
    holder, store = _holder(), run_store()
    held = HeldRun(wanted, holder)
    known = held.glance() if kept else None  # it trains only where it is watched
    if known is not None and isinstance(known.run.config, part.config):
        return Found(held=held, run=known.run)
    run_id = store.open(
        wanted, holder=holder, browser=browser(), page=lesson, config_type=part.config
    )
    run = None if run_id is None else store.read(run_id)
    if run_id is None or run is None:
        st.session_state.pop(slot, None)
        st.toast(said("run.forgotten" if kept else "run.not_found"))
        return None
    if run_id != wanted:
        st.toast(said("run.copied"))
    st.session_state[slot] = run_id
    return Found(held=HeldRun(run_id, holder), run=run)


def started(lesson: str, name: str, run: Run, until_step: int | None) -> HeldRun:
    """A new run of this session; it trains at once if ``until_step`` says how far."""
    holder = _holder()
    run_id = run_store().add(
        run, holder=holder, browser=browser(), page=lesson, until_step=until_step
    )
    st.session_state[slot_of(lesson, name)] = run_id
    return HeldRun(run_id, holder)


def opened_here(lesson: str, run_id: str, owners: tuple[str, ...], *, anew: bool) -> Run | None:
    """A run of another lesson, read-only; None, with a toast, where it is not found.

    It is as it stood when the page was entered: what is trained on elsewhere does not move under
    the visitor's hands, and what the store forgets meanwhile stays.

    Args:
        lesson: whose page shows it.
        run_id: as the link names it, whoever holds it.
        owners: lessons whose runs may be shown.
        anew: whether the page is being entered.
    """
    slot = f"{lesson}_of_run"
    found = run_store().read(run_id)
    kept_id, kept = st.session_state.get(slot, ("", None))
    if kept is not None and kept_id == run_id and not anew:
        run: Run = kept
        return run
    if found is None or found.config.lesson not in owners:
        st.session_state.pop(slot, None)
        st.toast(kit_words()("run.of_not_found"))
        return None
    st.session_state[slot] = (run_id, found)
    return found


DOWNLOAD_SECONDS = 30.0


def computed(function: Callable[..., Any], *args: Any) -> Any:
    """What a worker computes for a file that is being fetched: outside of any script run."""
    return engine().request(function, *args).result(timeout=DOWNLOAD_SECONDS)
