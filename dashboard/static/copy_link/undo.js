// Ctrl+Z (⌘Z) presses the page's Undo, but in text fields, where it undoes what was typed.

const UNDO = ".st-key-undo button";
const WRITES_NOTHING = ["checkbox", "radio", "range", "button", "reset", "submit", "color", "file"];

/** Listen to the whole page; returns what ends it. */
export function listenForUndo() {
  const press = (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isUndo || event.key.toLowerCase() !== "z" || isWriting(event)) return;
    const button = document.querySelector(UNDO);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

/** Whether the key belongs to a text field; the path also knows those inside of components. */
function isWriting(event) {
  const [element] = event.composedPath();
  if (element.isContentEditable || element.tagName === "TEXTAREA") return true;
  return element.tagName === "INPUT" && !element.readOnly && !WRITES_NOTHING.includes(element.type);
}
