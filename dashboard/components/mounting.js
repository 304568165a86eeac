// Joined in front of a component's own script, so it exports nothing.

const MOUNT_PATIENCE = 200; // looks, 25 ms apart

/**
 * Draw once the element of the component's html is in place, unless a newer call came meanwhile.
 *
 * Streamlit may run the script before it has put the html in place. It calls clean-ups late, and
 * sometimes that of the newest call while the component stays on the page, without calling again:
 * so a clean-up ends what runs by itself only when the element has really left the page.
 */
function drawWhenMounted(parent, selector, draw, dispose) {
  const turn = (parent.__turn = (parent.__turn ?? 0) + 1);
  const isNewest = () => parent.__turn === turn;
  const look = (left) => {
    if (!isNewest()) return;
    const root = parent.querySelector(selector);
    if (root?.isConnected) draw(root, isNewest); // outside of the page it has no style to read
    else if (left > 0) setTimeout(look, 25, left - 1);
  };
  look(MOUNT_PATIENCE);
  return () =>
    setTimeout(() => {
      const root = parent.querySelector(selector);
      if (root && !root.isConnected && isNewest()) dispose(root);
    });
}
