"""No traceback is ever seen: what was our mistake is logged, and said in one sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.kit.look import kit_words

logger = logging.getLogger(__name__)


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn an exception while ``what`` is drawn into a sentence; reruns and stops pass."""
    try:
        yield
    except Exception:
        logger.exception("The page could not draw %s.", what)
        st.error(kit_words()("page.broken"), icon=":material/healing:")
