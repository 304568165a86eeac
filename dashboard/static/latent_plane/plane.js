// The latent plane: posterior means, their ellipses, the prior's contours, cursor and pins.

const version = new URL(import.meta.url).search; // see main.js: never mix two versions
const { drawAxes, makeScales, placed } = await import(`../shared/axes.js${version}`);
const { clipped } = await import(`../shared/canvas.js${version}`);
const { linearTicks } = await import(`../shared/ticks.js${version}`);
const { drawCross, drawPath, drawPin, drawRing } = await import(`./marks.js${version}`);
const { cellColor } = await import(`./mesh.js${version}`);
const { axisCount, latticeValues } = await import(`./prior.js${version}`);
const { axisTitle } = await import(`./titles.js${version}`);

const ELLIPSES = 150;
const JITTER = 0.36; // half height of a class row when L = 1
const PAST_ALPHA = 0.28;
const GOLDEN = 0.6180339887498949; // its multiples mod 1 spread evenly: jitter without chance

/** Pixel maps of the plane; with L = 1 the second axis counts the classes. */
export function planeScales(scene) {
  const { centre, half } = scene.range;
  const rows = Math.max(scene.meta.classes.length, 1);
  const y = axisCount(scene.meta) === 1 ? [-0.5, rows - 0.5] : [centre[1] - half, centre[1] + half];
  return makeScales(scene.panels.plane.area, [centre[0] - half, centre[0] + half], y);
}

export function drawPlane(scene) {
  const { area, base } = scene.panels.plane;
  const scales = planeScales(scene);
  base.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(base, area, () => {
    if (scene.meta.kind === "plane") drawCells(scene, scales);
    drawPrior(scene, scales);
    if (scene.arrays.past_means) drawPast(scene, scales);
    if (scene.meta.show_ellipses && scene.arrays.log_vars) drawEllipses(scene, scales);
    drawMeans(scene, scales);
    drawPriorLabels(scene, scales);
  });
  drawPlaneAxes(scene, scales);
}

/** The lattice's cells in the colours that the mesh in data space has. */
function drawCells({ meta, panels }, scales) {
  const { base, area } = panels.plane;
  const columns = latticeValues(meta, 0);
  const rows = axisCount(meta) === 2 ? latticeValues(meta, 1).reverse() : null;
  for (let i = 0; i + 1 < columns.length; i++) {
    const [x0, x1] = [scales.x(columns[i]), scales.x(columns[i + 1])];
    for (let j = 0; j + 1 < (rows?.length ?? 2); j++) {
      const y0 = rows ? scales.y(rows[j]) : area.top;
      const y1 = rows ? scales.y(rows[j + 1]) : area.top + area.height;
      base.fillStyle = cellColor(i, j, columns.length, rows ? 0.22 : 0.16);
      base.fillRect(x0, y0, x1 - x0, y1 - y0);
    }
  }
}

function drawPrior(scene, scales) {
  const { base, area } = scene.panels.plane;
  base.strokeStyle = scene.meta.colors.prior;
  base.lineWidth = 1.25;
  for (const [k, x, radius] of contours(scene, scales)) {
    base.globalAlpha = 1 - 0.22 * (k - 1);
    base.beginPath();
    if (radius === null) {
      for (const side of [-1, 1]) {
        base.moveTo(scales.x(x(side)), area.top);
        base.lineTo(scales.x(x(side)), area.top + area.height);
      }
    } else base.arc(scales.x(x(0)), radius.y, radius.size, 0, 2 * Math.PI);
    base.stroke();
  }
  base.globalAlpha = 1;
}

/** [k, side -> abscissa, circle or null] of the contours at 1, 2 and 3 σ_z. */
function contours({ meta }, scales) {
  const [a, b] = meta.dims.map((d) => meta.prior_mean[d]);
  return [1, 2, 3].map((k) => {
    const reach = k * meta.prior_scale;
    if (axisCount(meta) === 1) return [k, (side) => a + side * reach, null];
    const size = scales.x(a + reach) - scales.x(a);
    return [k, (side) => a + side * reach, { size, y: scales.y(b) }];
  });
}

/** Labels sit at 45°, off the axes through the centre, where the cursor rests at first. */
function drawPriorLabels(scene, scales) {
  const { base, area } = scene.panels.plane;
  base.font = scene.theme.font(0.74, 600);
  base.textAlign = "center";
  base.textBaseline = "middle";
  base.lineJoin = "round";
  base.lineWidth = 4;
  base.strokeStyle = scene.theme.ground;
  base.fillStyle = scene.meta.colors.prior;
  let last = -Infinity; // skip labels that would touch when the circles are small
  for (const [k, x, radius] of contours(scene, scales)) {
    const px = radius ? scales.x(x(0)) + radius.size * Math.SQRT1_2 : scales.x(x(1));
    const py = radius ? radius.y - radius.size * Math.SQRT1_2 : area.top + scene.theme.size;
    if (px - last < 1.3 * scene.theme.size) continue;
    last = px;
    base.strokeText(`${k}σ`, px, py);
    base.fillText(`${k}σ`, px, py);
  }
}

/** Pixel position of datum i, or where another run put it. */
function position(scene, scales, i, means = scene.arrays.means) {
  const { labels } = scene.arrays;
  if (axisCount(scene.meta) === 2) return [scales.x(means[2 * i]), scales.y(means[2 * i + 1])];
  const row = scene.meta.classes.length > 0 ? labels[i] : 0;
  const jitter = JITTER * (2 * ((i * GOLDEN) % 1) - 1);
  return [scales.x(means[i]), scales.y(row + jitter)];
}

const isShown = (scene, i) => !scene.hidden.has(scene.arrays.labels[i]);
const colorOf = ({ meta }, label) => meta.label_colors[label] ?? meta.colors.data;
const datumCount = ({ meta, arrays }) => arrays.means.length / axisCount(meta);

const dotRadius = ({ width }, n) =>
  Math.max(1.4, Math.min(3.2, width / 130)) * (n > 3000 ? 0.65 : n > 600 ? 0.82 : 1);

/** The means of a run before: grey, and larger, so that one in the same place leaves a rim. */
function drawPast(scene, scales) {
  const { base, area } = scene.panels.plane;
  const n = datumCount(scene);
  const radius = dotRadius(area, n) + 1;
  const sprite = dot(scene.meta.colors.past, radius, PAST_ALPHA);
  const size = 2 * radius + 2;
  for (let i = 0; i < n; i++) {
    if (!isShown(scene, i)) continue;
    const [x, y] = position(scene, scales, i, scene.arrays.past_means);
    base.drawImage(sprite, x - size / 2, y - size / 2, size, size);
  }
}

function drawMeans(scene, scales) {
  const { base, area } = scene.panels.plane;
  const n = datumCount(scene);
  const radius = dotRadius(area, n);
  const sprites = new Map();
  for (let i = 0; i < n; i++) {
    if (!isShown(scene, i)) continue;
    const label = scene.arrays.labels[i];
    if (!sprites.has(label)) sprites.set(label, dot(colorOf(scene, label), radius));
    const [x, y] = position(scene, scales, i);
    const size = 2 * radius + 2;
    base.drawImage(sprites.get(label), x - size / 2, y - size / 2, size, size);
  }
}

/** A dot drawn once and stamped thousands of times. */
function dot(color, radius, alpha = 0.72) {
  const density = 3;
  const size = 2 * radius + 2;
  const canvas = new OffscreenCanvas(Math.ceil(size * density), Math.ceil(size * density));
  const context = canvas.getContext("2d");
  context.scale(canvas.width / size, canvas.height / size);
  context.fillStyle = color;
  context.globalAlpha = alpha;
  context.beginPath();
  context.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
  context.fill();
  return canvas;
}

/** One standard deviation of q(z|x) around its mean, for about 150 data spread over all. */
function drawEllipses(scene, scales) {
  const { base } = scene.panels.plane;
  const n = datumCount(scene);
  const width = axisCount(scene.meta);
  const stride = Math.max(1, Math.ceil(n / ELLIPSES));
  const unit = scales.x(1) - scales.x(0);
  base.lineWidth = 1;
  for (let i = 0; i < n; i += stride) {
    if (!isShown(scene, i)) continue;
    const [x, y] = position(scene, scales, i);
    const deviation = (j) => unit * Math.exp(0.5 * scene.arrays.log_vars[width * i + j]);
    base.strokeStyle = colorOf(scene, scene.arrays.labels[i]);
    base.beginPath();
    if (width === 2) base.ellipse(x, y, deviation(0), deviation(1), 0, 0, 2 * Math.PI);
    else [-1, 1].forEach((side, k) => base[k ? "lineTo" : "moveTo"](x + side * deviation(0), y));
    base.stroke();
  }
}


function drawPlaneAxes(scene, scales) {
  const { area, base } = scene.panels.plane;
  const { meta, theme } = scene;
  const { centre, half } = scene.range;
  const axis = (k, map) =>
    placed(linearTicks(centre[k] - half, centre[k] + half, 6, true), map);
  const y =
    axisCount(meta) === 2
      ? { ticks: axis(1, scales.y), title: axisTitle(meta, 1) }
      : { ticks: meta.classes.map((name, k) => [scales.y(k), shorten(name)]) };
  drawAxes(base, area, theme, { x: { ticks: axis(0, scales.x), title: axisTitle(meta, 0) }, y });
}

const shorten = (name) => (name.length > 6 ? `${name.slice(0, 5)}…` : name);

/** Share of the data that the axes leave out, for the caption. */
export function countOutside(scene) {
  const { centre, half } = scene.range;
  const width = axisCount(scene.meta);
  const { means } = scene.arrays;
  let outside = 0;
  for (let i = 0; i < datumCount(scene); i++) {
    const far = (k) => !(Math.abs(means[width * i + k] - centre[k]) <= half);
    if (far(0) || (width === 2 && far(1))) outside += 1;
  }
  return outside;
}

/** Cursor, pins and the line between them. */
export function drawPlaneOverlay(scene) {
  const { area, overlay } = scene.panels.plane;
  const scales = planeScales(scene);
  const place = (point) => [
    scales.x(point[0]),
    axisCount(scene.meta) === 2 ? scales.y(point[1]) : area.top + area.height / 2,
  ];
  overlay.clearRect(0, 0, area.outerWidth, area.outerHeight);
  clipped(overlay, area, () => {
    const isPlane = axisCount(scene.meta) === 2;
    drawCross(overlay, area, scene.theme, place(scene.cursor), isPlane);
    if (scene.pins.length === 2) drawPath(overlay, scene.theme, scene.pins.map(place));
    if (isPlane) drawRing(overlay, scene.theme, place(scene.cursor));
    scene.pins.forEach((pin, k) => drawPin(overlay, scene.theme, place(pin), "AB"[k], scene.chosen === k + 1));
  });
}
