// The words of a component come with its data: here they are put where they belong.

/** "step {{step}} of {{steps}}" with the numbers in their places. */
export const fill = (text, values) =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name) => values[name] ?? whole);

/**
 * Give every element of a skeleton its words: `data-text` names its text, `data-html` its HTML
 * (keyboard keys, emphasis; from our language files only), `data-label` its aria-label.
 */
export function dress(root, words) {
  const key = JSON.stringify(words);
  if (root.__dressed === key) return;
  root.__dressed = key;
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = words[node.dataset.text];
  for (const node of root.querySelectorAll("[data-html]")) node.innerHTML = words[node.dataset.html];
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", words[node.dataset.label]);
  }
}
