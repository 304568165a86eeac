// Colours by their part in a picture: those of the theme have names, all others are CSS.

export function inkOf(color, theme) {
  if (color === "exact" || color === "muted") return theme.text;
  return color === "ground" ? theme.ground : color;
}
