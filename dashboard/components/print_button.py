"""A button that prints the page, or saves it as PDF: the browser's own."""

import streamlit as st

_component = st.components.v2.component(
    "print_button",
    html='<button type="button" class="print"></button>\n',
    css="""
.print { font: inherit; cursor: pointer; padding: 0.35rem 0.9rem; border-radius: 0.5rem;
         color: var(--st-text-color); background: var(--st-background-color);
         border: 1px solid var(--st-border-color, currentColor); }
.print:focus-visible { outline: 2px solid var(--st-primary-color); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector(".print");
  if (!button || !data) return;
  button.textContent = data.label;
  button.onclick = () => window.print();
}
""",
)


def print_button(*, key: str, label: str) -> None:
    """Draw it.

    Args:
        key: stable identity on its page.
        label: in words.
    """
    _component(key=key, data={"label": label})
