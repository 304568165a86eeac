// Colours of words and lines, and marks that several pictures share.

const version = new URL(import.meta.url).search; // never mix two versions
const { channels, mix } = await import(`../shared/theme.js${version}`);

export const DASH = [6, 4]; // the exact answer, everywhere

const INK_SHARE = 0.65; // of a role's colour in the words about it

/** The colour of words about something drawn in `color`. */
export const inkOf = (color, theme) => mix(channels(theme.text), channels(color), INK_SHARE);

/** Draw with settings that end with the drawing. */
export function drawn(context, settings, draw) {
  context.save();
  Object.assign(context, settings);
  if (settings.dash) context.setLineDash(settings.dash);
  draw();
  context.restore();
}

/** A text with a halo of the ground, readable on any picture. */
export function haloed(context, theme, text, x, y, color) {
  drawn(context, { strokeStyle: theme.ground, lineWidth: 4, lineJoin: "round" }, () =>
    context.strokeText(text, x, y));
  context.fillStyle = color;
  context.fillText(text, x, y);
}
