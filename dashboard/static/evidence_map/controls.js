// Below the pictures: which q, its numbers, the twin, the zoom, the steps of inference.

const version = new URL(import.meta.url).search; // never mix two versions
const { significant, subscript } = await import(`../shared/numbers.js${version}`);
const { setLabel, setText } = await import(`../shared/scene.js${version}`);
const { fill } = await import(`../shared/words.js${version}`);
const { covarianceOf } = await import(`./gaussian.js${version}`);
const { KEYS, ZOOMS, fieldsOf, numbersOf, shownKey } = await import(`./state.js${version}`);
const { priorWindow } = await import(`./window.js${version}`);

const WIDEST = 1; // log₁₀ of the largest standard deviation that a slider reaches
const FIELDS = { 1: ["m1", "s1"], 2: ["m1", "m2", "s1", "s2", "rho"] };

const symbolOf = (name) => (name === "rho" ? "ρ" : `${name[0]}${subscript(Number(name[1]))}`);

/** Buttons of which one is chosen: arrows go from one to the next, as in any radio group. */
function makeRadios(holder, keys, choose) {
  const nodes = keys.map((key) => {
    const node = Object.assign(document.createElement("button"), { type: "button" });
    node.dataset.key = key;
    node.setAttribute("role", "radio");
    node.append(document.createElement("span"), document.createElement("small"));
    node.onclick = () => node.getAttribute("aria-disabled") !== "true" && choose(key);
    return node;
  });
  holder.replaceChildren(...nodes);
  holder.onkeydown = (event) => {
    const side = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!side) return;
    event.preventDefault();
    const can = nodes.filter((node) => node.getAttribute("aria-disabled") !== "true");
    const next = can[(can.indexOf(event.target) + side + can.length) % can.length];
    next.focus();
    next.click();
  };
}

export function buildControls(scene) {
  const { ui, actions } = scene;
  makeRadios(ui.choices, KEYS, actions.choose);
  makeRadios(ui.zooms, ZOOMS, actions.zoom);
  ui.twin.onclick = () => actions.twin(!scene.twin);
  ui.play.onclick = actions.play;
}

function drawRadios(holder, chosen, textOf, stateOf) {
  const nodes = [...holder.children];
  const hasChosen = nodes.some((node) => node.dataset.key === chosen);
  nodes.forEach((node, i) => {
    const { key } = node.dataset;
    const reason = stateOf(key);
    setText(node.firstChild, textOf(key));
    setText(node.lastChild, reason ?? "");
    node.title = reason ?? "";
    node.setAttribute("aria-checked", String(key === chosen));
    node.setAttribute("aria-disabled", String(Boolean(reason)));
    node.tabIndex = key === chosen || (!hasChosen && i === 0) ? 0 : -1;
  });
}

export function drawControls(scene) {
  const { ui, words, meta, choice, zoom, twin, play } = scene;
  const shown = shownKey(scene);
  const stateOf = (key) => {
    if (key === "mine" || meta.proposals[key]) return null;
    if (meta.waiting.includes(key)) return words.waiting;
    return meta.absent[key] ?? words.absent;
  };
  drawRadios(ui.choices, shown, (key) => words[`q_${key}`], stateOf);
  drawRadios(ui.zooms, zoom, (key) => words[`zoom_${key}`], (key) => (key === "close" && !meta.exact ? words.waiting : null));
  const standIn = fill(words.stands_in, { chosen: words[`q_${choice}`], shown: words[`q_${shown}`] });
  setText(ui.standIn, shown === choice ? "" : standIn);
  ui.twin.setAttribute("aria-checked", String(twin));
  ui.play.hidden = meta.paths.length === 0;
  setText(ui.play, play ? words.stop : words.play);
  drawFields(scene);
}

function drawFields(scene) {
  const { ui, meta } = scene;
  const names = FIELDS[meta.latent_dim];
  if (ui.fields.dataset.names !== names.join()) {
    ui.fields.dataset.names = names.join();
    ui.fields.replaceChildren(...names.map((name) => makeField(scene, name)));
  }
  const { mean, scales, rho } = fieldsOf(scene);
  const { centre, half } = priorWindow(scene);
  for (const row of ui.fields.children) {
    const { name } = row.dataset;
    const [slider, input] = [row.querySelector("[type=range]"), row.querySelector(".number")];
    const i = Number(name[1]) - 1;
    const value = name === "rho" ? rho : (name[0] === "m" ? mean : scales)[i];
    const low = { m: centre[i] - half, s: Math.log10(meta.bounds.least_scale), r: -meta.bounds.rho };
    const high = { m: centre[i] + half, s: WIDEST, r: meta.bounds.rho };
    Object.assign(slider, { min: low[name[0]], max: high[name[0]], step: "any" });
    if (!slider.matches(":active")) slider.value = name[0] === "s" ? Math.log10(value) : value;
    slider.setAttribute("aria-valuetext", significant(value, 4));
    if (!input.matches(":focus")) input.value = significant(value, 4);
    for (const node of [slider, input]) setLabel(node, scene.words[`field_${name}`]);
  }
}

function makeField(scene, name) {
  const row = document.createElement("label");
  row.dataset.name = name;
  const symbol = Object.assign(document.createElement("i"), { textContent: symbolOf(name) });
  const slider = Object.assign(document.createElement("input"), { type: "range" });
  const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal" });
  input.className = "number";
  input.autocomplete = "off";
  slider.oninput = () => {
    const value = Number(slider.value);
    put(scene, name, name[0] === "s" ? 10 ** value : value);
  };
  slider.onkeydown = (event) => stepSlider(slider, event);
  const commit = () => {
    if (input.value !== input.dataset.before) takeText(scene, name, input);
  };
  input.onfocus = () => {
    input.dataset.before = input.value;
    input.select();
  };
  input.onchange = commit;
  input.onkeydown = (event) => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape") input.blur();
  };
  row.append(symbol, slider, input);
  return row;
}

/** A slider without steps moves by a hundredth of its range; Shift: by a twentieth. */
function stepSlider(slider, event) {
  const side = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (!side) return;
  event.preventDefault();
  const [low, high] = [Number(slider.min), Number(slider.max)];
  slider.value = Number(slider.value) + (side * (event.shiftKey ? 5 : 1) * (high - low)) / 100;
  slider.oninput();
}

/** One number of q anew; the others stay. */
function put(scene, name, value) {
  const { mean } = numbersOf(scene);
  const found = fieldsOf(scene);
  const i = Number(name[1]) - 1;
  const means = [...mean];
  if (name[0] === "m") means[i] = value;
  if (name[0] === "s") found.scales[i] = value;
  if (name === "rho") found.rho = value;
  scene.actions.change({ mean: means, covariance: covarianceOf(found.scales, found.rho) });
}

/** What was typed, if it can be; else a sentence that says why not. */
function takeText(scene, name, input) {
  const value = Number(input.value.trim().replace("−", "-").replace(",", ".") || "nothing");
  const refusal = refusalOf(scene, name, value, input.value);
  setText(scene.ui.refusal, refusal ?? "");
  input.setAttribute("aria-invalid", String(Boolean(refusal)));
  if (refusal) input.value = input.dataset.before;
  else put(scene, name, value);
  input.dataset.before = input.value;
}

function refusalOf({ words, meta: { bounds } }, name, value, text) {
  const said = (sentence, bound) =>
    fill(sentence, { name: name, bound: significant(bound, 6), value: Number.isFinite(value) ? significant(value, 6) : text.trim() });
  if (!Number.isFinite(value)) return said(words.refused_number, 0);
  if (name[0] === "m" && Math.abs(value) > bounds.mean) return said(words.refused_mean, bounds.mean);
  if (name === "rho" && Math.abs(value) > bounds.rho) return said(words.refused_rho, bounds.rho);
  if (name[0] !== "s") return null;
  if (value < bounds.least_scale) return said(words.refused_least, bounds.least_scale);
  return value > bounds.most_scale ? said(words.refused_most, bounds.most_scale) : null;
}
