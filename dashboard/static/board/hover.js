// What can be pointed at, and what is said of it.

const version = new URL(import.meta.url).search;
const { significant } = await import(`../shared/numbers.js${version}`);
const { imageValueAt } = await import(`./fields.js${version}`);

const REACH = 10; // px

function distance({ kind, x, y, x2 }, { scales, box }, i, px, py) {
  const left = scales.x.place(x[i]);
  if (kind === "rules") return py < box.top || py > box.top + box.height ? Infinity : Math.abs(left - px);
  const top = scales.y.place(y[i]);
  if (!x2) return Math.hypot(left - px, top - py);
  const right = scales.x.place(x2[i]);
  const nearest = Math.min(Math.max(px, Math.min(left, right)), Math.max(left, right));
  return Math.hypot(nearest - px, top - py);
}

/** "density {v}" with the number in its place; braces in pairs are the language files' own. */
function said(tip, x, y, v) {
  const numbers = { x, y, v };
  return tip.replace(/\{([xyv])\}/g, (_, name) => significant(numbers[name]));
}

/** What an image says where nothing nearer does. */
function imageTip(marks, { scales }, px, py) {
  const image = marks.findLast(({ kind, tip }) => kind === "image" && tip);
  const value = image ? imageValueAt(image, scales, px, py) : Number.NaN;
  if (Number.isNaN(value)) return "";
  return said(image.tip, scales.x.valueAt(px), scales.y.valueAt(py), value);
}

/** The words for the nearest mark of a drawn picture; empty where there is none near. */
export function tipAt(drawn, px, py) {
  const { marks } = drawn;
  let [best, text] = [REACH, ""];
  for (const mark of marks) {
    if (!mark.tip || !mark.x) continue;
    for (let i = 0; i < mark.x.length; i++) {
      const far = distance(mark, drawn, i, px, py);
      if (!(far <= best)) continue;
      best = far;
      text = said(mark.tip, mark.x[i], mark.y[i], mark.value?.[i] ?? Number.NaN);
    }
  }
  return text || imageTip(marks, drawn, px, py);
}
