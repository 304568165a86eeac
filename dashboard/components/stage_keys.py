"""Nothing to see: arrows for the buttons of a row, while one of them has the focus.

Streamlit's shortcut of a button would listen everywhere, also where a slider has the focus.
"""

import streamlit as st

_component = st.components.v2.component(
    "stage_keys",
    html='<span class="stage-keys" hidden></span>\n',
    js="""
const STEP = { ArrowLeft: "back", ArrowRight: "on" };

export default function ({ data, parentElement }) {
  const row = data && document.querySelector(`.st-key-${data.row}`);
  if (!row) return;
  row.onkeydown = (event) => {
    const step = STEP[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    if (step === "on" && !data.may_go_on) return; // taking a step is no matter of leafing
    const button = row.querySelector(`.st-key-${data.buttons}_${step} button`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  };
}
""",
)


def stage_keys(*, key: str, row: str, may_go_on: bool) -> None:
    """Let ← and → press the buttons ``<player>_back`` and ``<player>_on``.

    Args:
        key: stable identity on its page.
        row: of the container around the buttons: ``<player>_keys``.
        may_go_on: whether → presses anything.
    """
    buttons = row.removesuffix("_keys")
    _component(key=key, data={"row": row, "buttons": buttons, "may_go_on": may_go_on})
