"""Nothing to see: the browser asks the server once more for the fragment that this stands in.

A fragment that waited for its answers in the server would keep the next moved control waiting. It
draws what is known instead, and while more is to come it ends with this. The browser repeats its
question until it is answered: of what two fragments ask at the same moment, Streamlit's sends one.
"""

from collections.abc import Callable

import streamlit as st

_component = st.components.v2.component(
    "ask_on",
    html='<span class="ask-on" hidden></span>\n',
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  if (!data || parentElement.__asked === data.turn) return;
  parentElement.__asked = data.turn;
  clearTimeout(parentElement.__timer);
  const ask = () => {
    if (!parentElement.isConnected) return;
    setTriggerValue("more", data.turn);
    parentElement.__timer = setTimeout(ask, 5 * data.after); // an answer ends it
  };
  parentElement.__timer = setTimeout(ask, data.after);
}
""",
)


def ask_on(*, key: str, turn: int, after: float, of: Callable[[], None] = lambda: None) -> None:
    """Run the fragment around this again.

    Args:
        key: stable identity on its page.
        turn: counts the runs: the browser asks once for each.
        after: seconds from now.
        of: a callback, which may ask for more fragments than that.
    """
    _component(key=key, data={"turn": turn, "after": round(1000 * after)}, on_more_change=of)
