"""Nothing to see: arrows for the buttons of a row, while one of them has and keeps the focus.

Streamlit's shortcut of a button would listen everywhere, also where a slider has the focus.
"""

import streamlit as st

_component = st.components.v2.component(
    "stage_keys",
    html='<span class="stage-keys" hidden></span>\n',
    js="""
const STEP = { ArrowLeft: "back", ArrowRight: "on" };
const SOON = 10000; // ms in which a button that was pressed is there again
const pressed = (document.__stagesPressed ??= {}); // by row: a page drawn anew has other elements

export default function ({ data, parentElement }) {
  const row = data && document.querySelector(`.st-key-${data.row}`);
  if (!row) return;
  const buttonOf = (step) => row.querySelector(`.st-key-${data.buttons}_${step} button`);
  const note = (step) => (pressed[data.row] = { step, at: performance.now() });
  row.onclick = (event) => {
    const step = Object.values(STEP).find((name) => buttonOf(name)?.contains(event.target));
    delete pressed[data.row];
    if (step) note(step);
  };
  row.onkeydown = (event) => {
    const step = STEP[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const button = buttonOf(step);
    if (!button || button.disabled) return;
    if (step === "on" && !data.may_go_on) return; // to take a step is not to leaf on
    button.click();
  };
  // A button that says something else now, or rested meanwhile, is another one without the focus.
  const restore = () => {
    const last = pressed[data.row];
    if (!last || !parentElement.isConnected || performance.now() - last.at > SOON) return;
    if (document.activeElement === document.body) {
      const again = buttonOf(last.step);
      if (again && !again.disabled) again.focus();
    }
    parentElement.__timer = setTimeout(restore, 100);
  };
  clearTimeout(parentElement.__timer);
  restore();
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
