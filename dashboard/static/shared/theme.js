// Colours and type of Streamlit's theme, as a canvas needs them.

const known = new Map(); // colours that were asked for before: a canvas is slow to answer

/** Red, green and blue of any CSS colour. */
export function channels(color) {
  if (known.has(color)) return known.get(color);
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const found = Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
  if (known.size < 1000) known.set(color, found);
  return found;
}

/** One colour, and `share` of the way to another; both as channels. */
export const mixed = (one, other, share) =>
  one.map((value, i) => Math.round(value + share * (other[i] - value)));

export const mix = (one, other, share) => `rgb(${mixed(one, other, share).join()})`;

/** The theme of the page around `root`; `name` is another where anything of it is. */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const size = Number.parseFloat(style.fontSize);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = (em, weight = 400) => `${weight} ${(em * size).toFixed(1)}px ${style.fontFamily}`;
  const theme = {
    size,
    font,
    text: color("--st-text-color"),
    ground: color("--st-background-color"),
    line: color("--st-border-color"),
    accent: color("--st-primary-color"),
  };
  theme.muted = mix(channels(theme.text), channels(theme.ground), 0.28);
  return { ...theme, name: [theme.text, theme.ground, theme.line, theme.accent, font(1)].join() };
}
