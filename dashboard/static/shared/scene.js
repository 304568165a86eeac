// What every component keeps: what is to be drawn again, the width it has, what it has said.

const SPEECH_PAUSE = 900; // ms between two announcements

/** Calls `draw(parts, now)` in the next animation frame, once for all parts touched before it. */
export function makeLoop(draw) {
  let frame = null;
  let dirty = new Set();
  const run = (now) => {
    const parts = dirty;
    frame = null;
    dirty = new Set();
    draw(parts, now);
  };
  return {
    touch: (...parts) => {
      for (const part of parts) dirty.add(part);
      frame ??= requestAnimationFrame(run);
    },
    stop: () => {
      cancelAnimationFrame(frame);
      frame = null;
    },
  };
}

/** Calls `follow()` when the page gives another width. */
export function watchWidth(root, follow) {
  let width = root.clientWidth;
  const observer = new ResizeObserver(() => {
    if (!root.isConnected || root.clientWidth === width) return;
    width = root.clientWidth;
    if (width > 0) follow();
  });
  observer.observe(root);
  return observer;
}

/** Tells a screen reader through `element`, at most about once a second, the newest words. */
export function makeVoice(element) {
  let timer = null;
  let words = () => "";
  return {
    say: (newest) => {
      words = newest;
      timer ??= setTimeout(() => {
        timer = null;
        setText(element, words());
      }, SPEECH_PAUSE);
    },
    stop: () => {
      clearTimeout(timer);
      timer = null;
    },
  };
}

/** Touch the page only where the text is new: it may be redrawn 60 times a second. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setLabel(element, text) {
  if (element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
}
