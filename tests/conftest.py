"""Fixtures of all tests: one torch thread, the workers, a real server, a real browser."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
import torch
from server_log import is_wrong
from support import (
    HOW_TO_GET_ONE,
    Server,
    chromium_path,
    new_profile,
    running_chromium,
    running_server,
)

from dashboard.kit.sessions import engine, run_store

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def workers() -> Iterator[None]:
    """The app in this process may start workers; they end with the module."""
    yield
    run_store().close()
    engine().shutdown()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Server]]:
    """Starts real servers, and stops them at the end."""
    started: list[Server] = []

    def start() -> Server:
        started.append(running_server(tmp_path_factory.mktemp("server") / "log"))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server: Callable[[], Server]) -> Server:
    """One server for all browser tests that leave it running."""
    return start_server()


@pytest.fixture
def own_server(start_server: Callable[[], Server]) -> Iterator[Server]:
    """A server for a test that harms it."""
    made = start_server()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one the test is skipped, or fails if REQUIRE_BROWSER is set."""
    path = chromium_path()
    if path is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(HOW_TO_GET_ONE)
        pytest.skip(HOW_TO_GET_ONE)
    with running_chromium(path) as chromium:
        yield chromium


@pytest.fixture
def new_context(browser: Any) -> Iterator[Callable[..., Any]]:
    """Makes browser profiles: cookies and tabs of one visitor each."""
    made: list[Any] = []

    def make(**how: Any) -> Any:
        made.append(new_profile(browser, **how))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def context(new_context: Callable[..., Any]) -> Any:
    """One visitor."""
    return new_context()


@pytest.fixture
def visitor(new_context: Callable[..., Any], server: Server) -> Iterator[Callable[..., Any]]:
    """Makes visitors; no script of theirs may fail, and nothing be wrong in the server's log."""
    said: list[str] = []
    before = server.complaints()

    def make(**how: Any) -> Any:
        context = new_context(**how)
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("console", lambda told: is_wrong(told) and said.append(told.text))
        return context

    yield make
    assert said == []
    assert server.complaints() == before
