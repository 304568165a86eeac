// Contours of values on a grid, its lowest row first.

// Marching squares. Corners of a cell: 1 bottom left, 2 bottom right, 4 top right, 8 top left;
// edges: 0 bottom, 1 right, 2 top, 3 left. Saddles are cut so that the high corners stay apart.
const CUTS = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 0], [1, 2]], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [[0, 1], [2, 3]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
];
const EDGES = [[0, 1], [1, 2], [3, 2], [0, 3]];
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** Segments of one contour in units of cells, from the centre of the lowest left one. */
export function contourSegments(values, [rows, columns], level) {
  const found = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const corner = CORNERS.map(([dx, dy]) => values[(r + dy) * columns + c + dx]);
      if (!corner.every(Number.isFinite)) continue;
      const kind = corner.reduce((sum, value, i) => sum + (value >= level ? 1 << i : 0), 0);
      const onEdge = (edge) => {
        const [a, b] = EDGES[edge];
        const t = (level - corner[a]) / (corner[b] - corner[a]);
        return [0, 1].map((k) => [c, r][k] + CORNERS[a][k] + t * (CORNERS[b][k] - CORNERS[a][k]));
      };
      for (const [one, other] of CUTS[kind]) found.push([onEdge(one), onEdge(other)]);
    }
  }
  return found;
}
