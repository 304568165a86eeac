"""Nothing to see: loads the page anew after the one error that Streamlit's page does not survive.

On a busy machine an update can reach the browser whose place on the page was dropped with an
earlier one; Streamlit then throws ("Bad delta path index", "Cannot set a node at a delta path")
and shows the rest of the page no more, or nothing at all. The address holds every choice, the
view, the run and the step of the script; lost are guesses, ghosts, what could be undone, and a
click that was not yet in the address.
"""

import streamlit as st

_component = st.components.v2.component(
    "heal",
    html='<span class="heal" hidden></span>\n',
    js="""
const AGAIN = 10_000; // ms: an error that comes back at once is not healed by more of the same

export default function ({ data }) {
  if (!data || window.__heals) return;
  window.__heals = true;
  const heal = (text) => {
    const last = Number(sessionStorage.getItem(data.mark) ?? 0);
    if (!String(text).includes(data.error) || Date.now() - last < AGAIN) return;
    sessionStorage.setItem(data.mark, Date.now());
    location.reload();
  };
  addEventListener("error", (event) => heal(event.message));
  addEventListener("unhandledrejection", (event) => heal(event.reason?.message));
}
""",
)

ERROR = "delta path"
"""What the text of the error has in it."""

MARK = "latent-flow-lab-healed"
"""Under this name the browser's tab keeps when it was last loaded anew, ms."""


def heal() -> None:
    """Watch over the page from now on; the style sheet takes ``st-key-heal`` out of its layout."""
    _component(key="heal", data={"error": ERROR, "mark": MARK})
