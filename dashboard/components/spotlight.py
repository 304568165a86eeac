"""Outlines pictures of the page, and brings them into view above what is docked below."""

from collections.abc import Sequence

import streamlit as st

_component = st.components.v2.component(
    "spotlight",
    html='<span class="spotlight" hidden></span>\n',
    js="""
const HELD = 4000; // ms in which a picture that is still growing is kept in view
const EVERY = 250;
const RING = {
  outlineStyle: "solid", outlineWidth: "3px", outlineOffset: "3px", borderRadius: "6px",
  outlineColor: "var(--st-primary-color, #3a78e0)",
};
const NONE = Object.fromEntries(Object.keys(RING).map((name) => [name, ""]));

function clear(element) {
  Object.assign(element.style, NONE);
  delete element.dataset.outlined;
}

/** The element of a name `key` or `key slot`; a component's inside may be a shadow tree. */
function found(name) {
  const [key, slot] = name.split(" ");
  const holder = document.querySelector(`.st-key-${key}`);
  if (!holder || !slot) return holder;
  const roots = [holder, ...[...holder.querySelectorAll("*")].map((e) => e.shadowRoot)];
  for (const root of roots) {
    const inside = root?.querySelector(`[data-slot="${slot}"]`);
    if (inside) return inside;
  }
  return holder;
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  const light = (parentElement.__light ??= { marked: [], nonce: null, until: 0 });
  light.data = data;
  if (light.nonce !== data.nonce) {
    light.nonce = data.nonce;
    light.until = performance.now() + HELD;
  }
  const mark = () => {
    const targets = light.data.names.map(found).filter(Boolean);
    for (const old of light.marked) {
      if (!targets.includes(old)) clear(old);
    }
    for (const [place, one] of targets.entries()) {
      Object.assign(one.style, RING);
      one.dataset.outlined = place;
    }
    light.marked = targets;
    return targets;
  };
  const bring = (targets) => {
    const page = document.querySelector('[data-testid="stMain"]');
    const dock = document.querySelector(`.st-key-${light.data.above}`);
    const head = document.querySelector('[data-testid="stHeader"]');
    if (!page || !dock || !targets.length) return;
    const top = (head?.getBoundingClientRect().bottom ?? 0) + 8;
    const bottom = dock.getBoundingClientRect().top - 14;
    let [first, last] = [Infinity, -Infinity];
    for (const box of targets.map((one) => one.getBoundingClientRect())) {
      const [high, low] = [Math.min(first, box.top), Math.max(last, box.bottom)];
      if (first < last && low - high > bottom - top) break; // the first ones matter most
      [first, last] = [high, low];
    }
    if (last - first > bottom - top || first < top) page.scrollBy({ top: first - top });
    else if (last > bottom) page.scrollBy({ top: last - bottom });
  };
  const look = () => {
    if (!parentElement.isConnected) return clearInterval(light.timer);
    const targets = mark();
    if (performance.now() < light.until) bring(targets);
    return undefined;
  };
  const free = () => (light.until = 0); // the visitor scrolls
  if (!light.listening) {
    light.listening = true;
    for (const act of ["wheel", "touchmove"]) addEventListener(act, free, { passive: true });
  }
  clearInterval(light.timer);
  light.timer = setInterval(look, EVERY);
  look();
  return () =>
    setTimeout(() => {
      if (parentElement.isConnected) return;
      clearInterval(light.timer);
      for (const act of ["wheel", "touchmove"]) removeEventListener(act, free);
      light.marked.forEach(clear);
    });
}
""",
)


def spotlight(*, key: str, names: Sequence[str], nonce: int, above: str) -> None:
    """Outline what stands on the page under these names, and keep it in view for a moment.

    Args:
        key: stable identity on its page.
        names: keys of containers or components, or a key and the name of a part in it, ``board
            strips``, the one that matters most first: where they do not all fit, the first ones
            are in view; what does not stand there is left out.
        nonce: another number brings them into view again.
        above: the key of what is docked below, and must not cover them.
    """
    _component(key=key, data={"names": list(names), "nonce": nonce, "above": above})
