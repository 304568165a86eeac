// A race of optimisers in the plane of (mean, log sigma), and E f over the steps. All steps came
// at once: playing needs no server.

const STEPS_PER_SECOND = 25;
const NARROW = 620; // px: below it the two pictures stand under one another
const FIELD_LEVELS = 12;

const finite = (value) => Number.isFinite(value);

/** About five round numbers within a range. */
function ticks([low, high]) {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const found = [];
  for (let t = Math.ceil(low / step) * step; t <= high; t += step) found.push(+t.toPrecision(6));
  return found;
}

function frame(context, box, xRange, yRange, [xTitle, yTitle], size, style) {
  const { left, top, width, height } = box;
  const x = (v) => left + ((v - xRange[0]) / (xRange[1] - xRange[0])) * width;
  const y = (v) => top + height - ((v - yRange[0]) / (yRange[1] - yRange[0])) * height;
  context.font = `${size}px ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.strokeStyle = style.color;
  context.globalAlpha = 0.18;
  context.lineWidth = 1;
  context.strokeRect(left, top, width, height);
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const t of ticks(xRange)) context.fillText(String(t), x(t), top + height + 4);
  context.fillText(xTitle, left + width / 2, top + height + 6 + 1.3 * size);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const t of ticks(yRange)) context.fillText(String(t), left - 5, y(t));
  context.save();
  context.translate(left - 3.6 * size, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(yTitle, 0, 0);
  context.restore();
  context.globalAlpha = 1;
  return { x, y };
}

/** A line through the points up to `count`; the pen lifts where a racer has left. */
function trace(context, points, count, color, width, dash = []) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  let down = false;
  for (let i = 0; i < count; i++) {
    const [px, py] = points(i);
    if (finite(px) && finite(py)) context[down ? "lineTo" : "moveTo"](px, py);
    down = finite(px) && finite(py);
  }
  context.stroke();
  context.setLineDash([]);
}

function dot(context, [px, py], color, radius) {
  if (!finite(px) || !finite(py)) return;
  context.fillStyle = color;
  context.beginPath();
  context.arc(px, py, radius, 0, 2 * Math.PI);
  context.fill();
}

/** E f as bands of the text colour: darker is lower. */
function drawField(context, { meta, sections }, box, scales, color) {
  if (!meta.field) return;
  const [rows, columns] = meta.field.shape;
  const [[x0, x1], [y0, y1]] = [meta.field.x, meta.field.y];
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  const picture = new OffscreenCanvas(columns, rows);
  const ink = picture.getContext("2d");
  ink.fillStyle = color;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const level = Math.floor(sections.field[r * columns + c] * FIELD_LEVELS) / FIELD_LEVELS;
      ink.globalAlpha = 0.3 * (1 - level);
      ink.fillRect(c, rows - 1 - r, 1, 1);
    }
  }
  context.imageSmoothingQuality = "high";
  const [left, top] = [scales.x(x0), scales.y(y1)];
  context.drawImage(picture, left, top, scales.x(x1) - left, scales.y(y0) - top);
  context.restore();
}

function layout(width, size, stacked) {
  const [left, bottom, gap] = [5 * size, 3.6 * size, 6 * size];
  const height = 20 * size;
  if (stacked) {
    const box = { left, top: 8, width: width - left - 12, height };
    return [[box, { ...box, top: 8 + height + bottom + 10 }], 2 * (height + bottom) + 20];
  }
  const half = (width - left - gap - 12) / 2;
  const box = { left, top: 8, width: half, height };
  return [[box, { ...box, left: left + half + gap }], height + bottom + 12];
}

function draw(root) {
  const { meta, sections } = root.__race;
  const step = Math.round(root.__step);
  const canvas = root.querySelector("canvas");
  const width = root.clientWidth;
  if (width === 0) return;
  const style = getComputedStyle(root);
  const size = 0.8 * Number.parseFloat(style.fontSize);
  const [[plane, curves], height] = layout(width, size, width < NARROW);
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  const length = meta.steps + 1;
  const at = (racer, i, k) => sections.paths[(racer * length + i) * 2 + k];
  const loss = (racer, i) => sections.losses[racer * length + i];
  const thick = meta.line_width;
  const inPlane = frame(context, plane, meta.x_range, meta.y_range, meta.plane_titles, size, style);
  drawField(context, root.__race, plane, inPlane, style.color);
  const overSteps = frame(
    context, curves, [0, meta.steps], meta.loss_range, meta.curve_titles, size, style,
  );
  const clip = (box, paint) => {
    context.save();
    context.beginPath();
    context.rect(box.left - 4, box.top - 4, box.width + 8, box.height + 8);
    context.clip();
    paint();
    context.restore();
  };
  meta.racers.forEach(({ color, exact }, r) => {
    const ink = exact ? style.color : color;
    const dash = exact ? meta.dash : [];
    const place = (i) => [inPlane.x(at(r, i, 0)), inPlane.y(at(r, i, 1))];
    const value = (i) => [overSteps.x(i), overSteps.y(loss(r, i))];
    clip(plane, () => {
      trace(context, place, step + 1, ink, 0.8 * thick, dash);
      if (!exact) dot(context, place(step), ink, 2.2 * thick);
    });
    clip(curves, () => {
      trace(context, value, step + 1, ink, thick, dash);
      if (!exact) dot(context, value(step), ink, 1.6 * thick);
    });
  });
  root.querySelector("output").textContent = `step ${step} of ${meta.steps}`;
  root.querySelector("input").value = String(step);
}

function pause(root) {
  cancelAnimationFrame(root.__timer);
  root.__timer = 0;
  root.querySelector(".play").textContent = "▶ Play";
}

function play(root) {
  const { steps } = root.__race.meta;
  if (root.__step >= steps) root.__step = 0;
  root.querySelector(".play").textContent = "⏸ Pause";
  let last = performance.now();
  const tick = (now) => {
    root.__step = Math.min(steps, root.__step + ((now - last) * STEPS_PER_SECOND) / 1000);
    last = now;
    draw(root);
    if (root.__step >= steps) pause(root);
    else root.__timer = requestAnimationFrame(tick);
  };
  root.__timer = requestAnimationFrame(tick);
}

function arm(root) {
  root.querySelector(".play").onclick = () => (root.__timer ? pause(root) : play(root));
  root.querySelector(".reset").onclick = () => {
    pause(root);
    root.__step = 0;
    draw(root);
  };
  root.querySelector("input").oninput = (event) => {
    pause(root);
    root.__step = Number(event.target.value);
    draw(root);
  };
}

/** Follow the width that the page gives; also renewed after a clean-up. */
function watchSize(root) {
  if (root.__observer) return;
  root.__observer = new ResizeObserver(() => root.__race && draw(root));
  root.__observer.observe(root);
}

export default function (component) {
  if (!component.data) return undefined;
  const { meta, sections } = unpackPayload(component.data);
  const show = (root) => {
    const isNew = root.__identity !== meta.identity;
    root.__race = { meta, sections };
    root.__identity = meta.identity;
    if (isNew) {
      if (root.__timer) pause(root);
      root.__step = meta.steps; // opens on the finished race
    }
    root.querySelector("input").max = String(meta.steps);
    root.querySelector("canvas").setAttribute("aria-label", meta.alt);
    arm(root);
    watchSize(root);
    draw(root);
  };
  const dispose = (root) => {
    if (root.__timer) pause(root);
    root.__observer?.disconnect();
    root.__observer = null;
  };
  return drawWhenMounted(component.parentElement, ".race-track", show, dispose);
}
