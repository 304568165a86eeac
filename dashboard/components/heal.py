"""Nothing to see: loads the page anew after the one error that Streamlit's page does not survive.

On a busy machine an update can reach the browser whose place on the page was dropped with an
earlier one; Streamlit then throws ("Bad delta path index", "Cannot set a node at a delta path")
and shows the rest of the page no more, or nothing at all. The address holds every choice and the
run, so that loading it anew loses nothing.
"""

import streamlit as st

_component = st.components.v2.component(
    "heal",
    html='<span class="heal" hidden></span>\n',
    js="""
const AGAIN = 10_000; // ms: an error that comes back at once is not healed by more of the same
const LAST = "latent-flow-lab-healed";

function heal(text) {
  if (!/\\bdelta path\\b/.test(String(text))) return;
  const last = Number(sessionStorage.getItem(LAST) ?? 0);
  if (Date.now() - last < AGAIN) return;
  sessionStorage.setItem(LAST, Date.now());
  location.reload();
}

export default function () {
  if (window.__heals) return;
  window.__heals = true;
  addEventListener("error", (event) => heal(event.message));
  addEventListener("unhandledrejection", (event) => heal(event.reason?.message));
}
""",
)

KEY = "heal"
"""The style sheet takes its container out of the page."""


def heal() -> None:
    """Watch over the page from now on, at most once in ten seconds."""
    _component(key=KEY)
