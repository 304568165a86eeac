// Square plots with axes, numbers as text, and colours.

/** A number with a true minus sign. */
export function formatNumber(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e4 || size < 10 ** -digits)) {
    return value.toExponential(1).replace(/-/g, "−");
  }
  const text = size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Round values in [lo, hi], about `count` of them. */
function ticks(lo, hi, count) {
  const raw = (hi - lo) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9; k++) values.push(k * step);
  return { values, digits };
}

/** Pixel maps of a square area for both coordinates in [low, high], and back. */
export function makeScales({ left, top, side }, [low, high]) {
  const span = high - low;
  return {
    x: (value) => left + ((value - low) / span) * side,
    y: (value) => top + ((high - value) / span) * side,
    xOf: (pixel) => low + ((pixel - left) / side) * span,
    yOf: (pixel) => high - ((pixel - top) / side) * span,
  };
}

/** Frame, ticks with numbers, titles. */
export function drawAxes(context, area, range, theme, [xTitle, yTitle]) {
  const { left, top, side } = area;
  const scales = makeScales(area, range);
  const { values, digits } = ticks(range[0], range[1], 6);
  context.save();
  context.strokeStyle = theme.line;
  context.fillStyle = theme.muted;
  context.lineWidth = 1;
  context.font = theme.font(0.76);
  context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
  for (const value of values) {
    const text = formatNumber(value, digits).replace(/^0\.0+$/, "0");
    context.textAlign = "center";
    context.textBaseline = "top";
    context.fillRect(Math.round(scales.x(value)), top + side, 1, 4);
    context.fillText(text, scales.x(value), top + side + 6);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillRect(left - 4, Math.round(scales.y(value)), 4, 1);
    context.fillText(text, left - 7, scales.y(value));
  }
  context.fillStyle = theme.text;
  context.font = theme.font(0.85);
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(xTitle, left + side / 2, area.height - 1);
  context.translate(1, top + side / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  context.fillText(yTitle, 0, 0);
  context.restore();
}

/** Size a canvas for the screen's density; returns its context in CSS pixels. */
export function sizeCanvas(canvas, width, height) {
  const density = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  return context;
}

/** Red, green and blue of any CSS colour. */
export function channels(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

export const mix = (one, other, share) =>
  `rgb(${one.map((v, i) => Math.round(v + share * (other[i] - v))).join()})`;

/** Colours and type of Streamlit's theme, as a canvas needs them. */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const size = Number.parseFloat(style.fontSize);
  const color = (name) => style.getPropertyValue(name).trim();
  const font = (em, weight = 400) => `${weight} ${(em * size).toFixed(1)}px ${style.fontFamily}`;
  const theme = {
    size, font,
    text: color("--st-text-color"),
    ground: color("--st-background-color"),
    line: color("--st-border-color"),
  };
  theme.muted = mix(channels(theme.text), channels(theme.ground), 0.28);
  return { ...theme, name: [theme.text, theme.ground, theme.line, font(1)].join() };
}
