// Rows of small images on one canvas, with captions at the left and labels above the columns.

const LEAST_TILE = 28; // px: narrower columns continue in another band
const LARGEST_TILE = 84;
const SNAP_LOSS = 0.8; // least share of the room that hard pixels must fill, else scale smoothly
const GAP = 6;
const BAND_GAP = 14;

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
  const height = bands * band + (bands - 1) * BAND_GAP;
  return { left, tile, snapped, tileHeight, header, band, perBand, height, density };
}

function draw(root) {
  const { meta, levels } = root.__rows;
  const canvas = root.querySelector("canvas");
  const style = getComputedStyle(root);
  const fontSize = 0.88 * Number.parseFloat(style.fontSize);
  const width = root.clientWidth;
  if (width === 0) return;
  const context = canvas.getContext("2d");
  const font = `${fontSize}px ${style.fontFamily}`;
  context.font = font;
  const plan = arrange(meta, width, fontSize, (text) => context.measureText(text).width);
  resize(canvas, width, plan);
  context.setTransform(plan.density, 0, 0, plan.density, 0, 0);
  context.clearRect(0, 0, width, plan.height);
  context.font = font;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  const [count] = meta.shape;
  for (let first = 0, k = 0; first < count; first += plan.perBand, k++) {
    const last = Math.min(first + plan.perBand, count);
    drawBand(context, meta, levels, plan, [first, last], k * (plan.band + BAND_GAP), fontSize);
  }
}

function resize(canvas, width, { height, density }) {
  const [w, h] = [Math.round(width * density), Math.ceil(height * density)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  canvas.style.width = `${w / density}px`;
  canvas.style.height = `${h / density}px`;
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

/** Follow the width that the page gives; also renewed after a clean-up. */
function watchSize(root) {
  if (root.__observer) return;
  let width = root.clientWidth;
  root.__observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    draw(root);
  });
  root.__observer.observe(root);
}

export default function (component) {
  if (!component.data) return undefined;
  const { meta, sections } = unpackPayload(component.data);
  const show = (root) => {
    root.__rows = { meta, levels: sections.levels };
    root.querySelector("canvas").setAttribute("aria-label", meta.alt);
    watchSize(root);
    draw(root);
  };
  const dispose = (root) => {
    root.__observer?.disconnect();
    root.__observer = null;
  };
  return drawWhenMounted(component.parentElement, ".image-rows", show, dispose);
}
