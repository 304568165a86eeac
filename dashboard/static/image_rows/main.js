// Rows of small images on one canvas, with captions at the left and labels above the columns.

const version = new URL(import.meta.url).search;
const { sizeCanvas } = await import(`../shared/canvas.js${version}`);
const { setLabel, watchWidth } = await import(`../shared/scene.js${version}`);
const { readTheme } = await import(`../shared/theme.js${version}`);

const LEAST_TILE = 28; // px: narrower columns continue in another band
const LARGEST_TILE = 84;
const SNAP_LOSS = 0.8; // least share of the room that hard pixels must fill, else scale smoothly
const GAP = 6;
const BAND_GAP = 14;
const TYPE = 0.88; // of the page's font size

/** Take a message: called for every rerun of the page, and when the theme changes. */
export function update(root, message) {
  const scene = (root.__scene ??= { canvas: root.appendChild(document.createElement("canvas")) });
  Object.assign(scene, { meta: message.meta, levels: message.sections.levels });
  scene.canvas.setAttribute("role", "img");
  setLabel(scene.canvas, message.meta.alt);
  scene.observer ??= watchWidth(root, () => draw(root));
  draw(root);
  root.removeAttribute("aria-busy");
}

export function dispose(root) {
  root.__scene?.observer?.disconnect();
  if (root.__scene) root.__scene.observer = null;
}

/** Grey levels of image k as a canvas at one pixel per value. */
function toPicture(levels, k, [, height, width]) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const start = k * width * height;
  for (let i = 0; i < pixels.length; i++) pixels[i] = 0xff000000 | (levels[start + i] * 0x010101);
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Sizes in CSS pixels; if it fits well, whole screen pixels for each image pixel. */
function arrange({ captions, shape, column_labels: labels }, width, fontSize, textWidth) {
  const density = devicePixelRatio || 1;
  const left = Math.min(Math.max(...captions.map(textWidth)) + fontSize, 0.3 * width);
  const room = width - left;
  const [count, rows, columns] = shape;
  const perBand = Math.min(count, Math.max(1, Math.floor((room + GAP) / (LEAST_TILE + GAP))));
  const widest = Math.min(LARGEST_TILE, (room - GAP * (perBand - 1)) / perBand);
  const multiple = Math.floor((widest * density) / columns);
  const snapped = (multiple * columns) / density;
  const tile = snapped >= SNAP_LOSS * widest ? snapped : widest;
  const tileHeight = (tile * rows) / columns;
  const header = labels ? 1.4 * fontSize : 0;
  const band = header + captions.length * (tileHeight + GAP) - GAP;
  const bands = Math.ceil(count / perBand);
  const height = Math.ceil(bands * band + (bands - 1) * BAND_GAP);
  return { left, tile, snapped, tileHeight, header, band, perBand, height, density };
}

function draw(root) {
  const { canvas, meta, levels } = root.__scene;
  const width = root.clientWidth;
  if (width === 0) return;
  const theme = readTheme(root);
  const fontSize = TYPE * theme.size;
  const measuring = canvas.getContext("2d");
  measuring.font = theme.font(TYPE);
  const plan = arrange(meta, width, fontSize, (text) => measuring.measureText(text).width);
  const context = sizeCanvas(canvas, width, plan.height);
  context.clearRect(0, 0, width, plan.height);
  context.font = theme.font(TYPE);
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  const [count] = meta.shape;
  for (let first = 0, k = 0; first < count; first += plan.perBand, k++) {
    const last = Math.min(first + plan.perBand, count);
    drawBand(context, meta, levels, plan, [first, last], k * (plan.band + BAND_GAP), fontSize);
  }
}

function drawBand(context, meta, levels, plan, [first, last], top, fontSize) {
  const { left, tile, tileHeight, header } = plan;
  const [count] = meta.shape;
  const snap = (value) => Math.round(value * plan.density) / plan.density;
  for (let k = first; k < last; k++) {
    const x = snap(left + (k - first) * (tile + GAP));
    if (meta.column_labels) {
      context.textAlign = "center";
      context.fillText(meta.column_labels[k], x + tile / 2, top + fontSize / 2, tile + GAP);
    }
    meta.captions.forEach((_, row) => {
      const y = snap(top + header + row * (tileHeight + GAP));
      const picture = toPicture(levels, row * count + k, meta.shape);
      context.imageSmoothingEnabled = tile !== plan.snapped && tile * plan.density < 2 * picture.width;
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, x, y, tile, tileHeight);
    });
  }
  context.textAlign = "left";
  meta.captions.forEach((caption, row) => {
    const y = top + header + row * (tileHeight + GAP) + tileHeight / 2;
    context.fillText(caption, 0, y, left - fontSize / 2);
  });
}
