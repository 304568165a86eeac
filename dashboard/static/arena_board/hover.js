// What can be pointed at, and what is said of it.

const { formatNumber } = await import(`./axes.js${new URL(import.meta.url).search}`);

const REACH = 10; // px

/** Places of all marks that have something to say; front ones last. */
export function hitsOf(marks, scales, box) {
  return marks.filter((mark) => mark.tip).map((mark) => ({ mark, scales, box }));
}

function distance({ mark, scales, box }, i, px, py) {
  const x = scales.x.place(mark.x[i]);
  if (mark.kind === "rules") return py < box.top || py > box.bottom ? Infinity : Math.abs(x - px);
  const y = scales.y.place(mark.y[i]);
  if (!mark.x2) return Math.hypot(x - px, y - py);
  const x2 = scales.x.place(mark.x2[i]);
  const nearest = Math.min(Math.max(px, Math.min(x, x2)), Math.max(x, x2));
  return Math.hypot(nearest - px, y - py);
}

/** The words for the nearest mark; empty where there is none near. */
export function hitOf(hits, px, py) {
  let [best, text] = [REACH, ""];
  for (const hit of hits) {
    const { mark } = hit;
    for (let i = 0; i < mark.x.length; i++) {
      const far = distance(hit, i, px, py);
      if (!(far <= best)) continue;
      best = far;
      text = mark.tip
        .replace("{x}", formatNumber(mark.x[i]))
        .replace("{y}", formatNumber(mark.y[i]))
        .replace("{v}", formatNumber(mark.value?.[i] ?? Number.NaN));
    }
  }
  return text;
}
