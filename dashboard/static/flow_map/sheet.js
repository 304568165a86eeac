// The sheet: the base's lattice as coloured cells, on its way; its grid lines, data, a legend.

const { channels, mix, mixed } = await import(`../shared/theme.js${new URL(import.meta.url).search}`);

/** A colour for each cell of the lattice: hue round the centre, light and dark in turn. */
export function cellColors(side, cells) {
  const quads = side - 1;
  const per = quads / cells;
  return Array.from({ length: quads * quads }, (_, q) => {
    const [i, j] = [Math.floor(q / quads / per), Math.floor((q % quads) / per)];
    const [x, y] = [i - (cells - 1) / 2, j - (cells - 1) / 2];
    const hue = ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
    const light = (i + j) % 2 ? 56 : 44;
    return channels(`hsl(${hue.toFixed(0)} 70% ${light}%)`);
  });
}

/** What is nearly empty fades: 0 where the base has no mass, 1 where it has most; per place. */
export function fading(logBase) {
  const peak = logBase.reduce((top, log) => Math.max(top, log), -Infinity);
  return logBase.map((log) => 1 - Math.exp(-Math.exp(log - peak) / FADES_BELOW));
}

const FADES_BELOW = 0.1; // of the base's largest density: on the normal base about 2 deviations out

/** How strongly a density is shaded: 0 none, 1 fully. */
const strength = (density, peak) => 1 - Math.exp(-density / (0.45 * peak));

/** The largest |log|det J|| that the colours show: a round value that holds 98 % of the lattice. */
export function logDetLimit(values) {
  const sizes = Float32Array.from(values, Math.abs).sort();
  const wanted = sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 0;
  return [0.25, 0.5, 1, 2, 3, 5].find((limit) => limit >= wanted) ?? Math.ceil(wanted);
}

/** Diverging colours centred on 0: white keeps the area, one hue grows it, the other shrinks it. */
export const logDetColor = (value, limit, colors) => `rgb(${logDetChannels(value, limit, colors).join()})`;

function logDetChannels(value, limit, colors) {
  const share = Math.min(Math.abs(value) / limit, 1);
  return mixed([255, 255, 255], value > 0 ? colors.grows : colors.shrinks, share);
}

/**
 * Fill the cells between lattice places, coloured by density or by log |det J|.
 *
 * A cell's density is its mass under the base over its present area: mass is kept on the way. A
 * cell that carries hardly any mass is hardly drawn, whatever its colour.
 */
export function drawSheet(context, scales, sheet, places, logDet, mode) {
  const { side, masses, colors, peak, fades } = sheet;
  const quads = side - 1;
  const opaque = context.globalCompositeOperation === "source-over";
  context.lineWidth = 1;
  context.lineJoin = "round";
  for (let i = 0; i < quads; i++) {
    for (let j = 0; j < quads; j++) {
      const v = i * side + j;
      const corners = [v, v + 1, v + side + 1, v + side];
      const full = mean(corners, fades);
      const shade =
        full * (mode === "density" ? strength(masses[i * quads + j] / areaOf(corners, places), peak) : 1);
      if (shade < 0.012) continue;
      const color =
        mode === "density"
          ? colors.cells[i * quads + j]
          : logDetChannels(mean(corners, logDet), sheet.limit, colors);
      context.fillStyle = context.strokeStyle = mix(colors.ground, color, shade);
      context.beginPath();
      for (const corner of corners) {
        context.lineTo(scales.x(places[2 * corner]), scales.y(places[2 * corner + 1]));
      }
      context.closePath();
      context.fill();
      if (opaque) context.stroke(); // closes the hairline between neighbours
    }
  }
}

const mean = (corners, values) => corners.reduce((sum, corner) => sum + values[corner] / 4, 0);

/** Area of the cell between four places, from its diagonals. */
function areaOf([a, b, c, d], places) {
  const across = [places[2 * c] - places[2 * a], places[2 * c + 1] - places[2 * a + 1]];
  const other = [places[2 * d] - places[2 * b], places[2 * d + 1] - places[2 * b + 1]];
  return 0.5 * Math.abs(across[0] * other[1] - across[1] * other[0]);
}

/** Mass of each cell under the base: mean density of its corners times its area. */
export function cellMasses(side, logBase, base) {
  const quads = side - 1;
  const cell = (base[1] - base[3]) ** 2;
  return Float32Array.from({ length: quads * quads }, (_, q) => {
    const v = Math.floor(q / quads) * side + (q % quads);
    const corners = [v, v + 1, v + side, v + side + 1];
    return corners.reduce((sum, corner) => sum + Math.exp(logBase[corner]) / 4, 0) * cell;
  });
}

const SHADES = 6; // of the grid's lines

/** Lines of the grid: every `step`-th line of the lattice, both ways, fading with the cells. */
export function drawGrid(context, scales, { side, fades }, step, places, ink, theme) {
  const shades = Array.from({ length: SHADES }, () => new Path2D());
  for (let line = 0; line < side; line += step) {
    for (const [along, across] of [[side, 1], [1, side]]) {
      for (let n = 1; n < side; n++) {
        const [v, w] = [line * along + (n - 1) * across, line * along + n * across];
        const shade = Math.round((0.5 * (fades[v] + fades[w])) * SHADES) - 1;
        if (shade < 0) continue;
        shades[shade].moveTo(scales.x(places[2 * v]), scales.y(places[2 * v + 1]));
        shades[shade].lineTo(scales.x(places[2 * w]), scales.y(places[2 * w + 1]));
      }
    }
  }
  context.save();
  context.strokeStyle = ink;
  context.lineWidth = Math.max(1, theme.size / 20);
  shades.forEach((path, shade) => {
    context.globalAlpha = (0.45 * (shade + 1)) / SHADES;
    context.stroke(path);
  });
  context.restore();
}

/** Points of the data or of the model. */
export function drawPoints(context, scales, points, color, radius) {
  context.fillStyle = color;
  context.globalAlpha = 0.6;
  for (let v = 0; v < points.length; v += 2) {
    context.fillRect(
      scales.x(points[v]) - radius, scales.y(points[v + 1]) - radius, 2 * radius, 2 * radius,
    );
  }
  context.globalAlpha = 1;
}
