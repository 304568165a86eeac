"""Outlines pictures of the page, brings them into view, and veils what is not to be seen yet."""

from collections.abc import Sequence

import streamlit as st

_component = st.components.v2.component(
    "spotlight",
    html='<span class="spotlight" hidden></span>\n',
    js="""
const HELD = 4000; // ms in which a picture that is still growing is kept in view
const EVERY = 100;
const EMPTY = 4; // px: a place in which nothing stands
const RING = {
  outlineStyle: "solid", outlineWidth: "3px", outlineOffset: "3px", borderRadius: "6px",
  outlineColor: "var(--st-primary-color, #3a78e0)",
};
const NONE = Object.fromEntries(Object.keys(RING).map((name) => [name, ""]));

function clear(element) {
  Object.assign(element.style, NONE);
  delete element.dataset.outlined;
}

function veil(element, isVeiled) {
  element.style.filter = isVeiled ? "blur(9px)" : "";
  element.style.pointerEvents = element.style.userSelect = isVeiled ? "none" : "";
  element.toggleAttribute("data-veiled", isVeiled);
  if (isVeiled) element.setAttribute("aria-hidden", "true");
  else element.removeAttribute("aria-hidden");
}

/** The element of a name `key` or `key slot`; a component's inside may be a shadow tree. */
function found(name, isExact = false) {
  const [key, slot] = name.split(" ");
  const holder = document.querySelector(`.st-key-${key}`);
  if (!holder || !slot) return holder;
  const roots = [holder, ...[...holder.querySelectorAll("*")].map((e) => e.shadowRoot)];
  for (const root of roots) {
    const inside = root?.querySelector(`[data-slot="${slot}"]`);
    if (inside) return inside;
  }
  return isExact ? null : holder;
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  const light = (parentElement.__light ??= { marked: [], veiled: [], nonce: null, until: 0 });
  light.data = data;
  if (light.nonce !== data.nonce) {
    light.nonce = data.nonce;
    light.until = performance.now() + HELD;
  }
  const mark = () => {
    const isThere = (one) => one && one.getBoundingClientRect().height > EMPTY;
    const targets = light.data.names.map((name) => found(name)).filter(isThere);
    for (const old of light.marked) {
      if (!targets.includes(old)) clear(old);
    }
    for (const [place, one] of targets.entries()) {
      Object.assign(one.style, RING);
      one.dataset.outlined = place;
    }
    light.marked = targets;
    const veiled = light.data.veiled.map((name) => found(name, true)).filter(Boolean);
    for (const old of light.veiled) if (!veiled.includes(old)) veil(old, false);
    for (const one of veiled) if (!light.veiled.includes(one)) veil(one, true);
    light.veiled = veiled;
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
      light.veiled.forEach((one) => veil(one, false));
    });
}
""",
)


def spotlight(
    *, key: str, names: Sequence[str], veiled: Sequence[str], nonce: int, above: str
) -> None:
    """Outline what stands on the page under these names, and keep it in view for a moment.

    Args:
        key: stable identity on its page.
        names: keys of containers or components, or a key and the name of a part in it, ``board
            strips``, the one that matters most first: where they do not all fit, the first ones
            are in view; what does not stand there is left out.
        veiled: names of what is blurred, and hidden from screen readers.
        nonce: another number brings them into view again.
        above: the key of what is docked below, and must not cover them.
    """
    data = {"names": list(names), "veiled": list(veiled), "nonce": nonce, "above": above}
    _component(key=key, data=data)
