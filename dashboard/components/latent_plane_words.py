"""What the latent plane says by itself."""

WORDS = {
    "failed": "The latent plane could not be loaded. Reload the page; if that does not help, "
    "check that server.enableStaticServing is on. ({reason})",
    # Pictures
    "plane": "Latent plane",
    "means": "{count} posterior means",
    "means_outside": "{count} posterior means, {outside} outside",
    "grid_image": "Decoded grid",
    "grid_plane": "Decoded lattice",
    "grid_table": "Decoded columns",
    "points_quantile": "{count} points z at prior quantiles",
    "points_linear": "{count} points z at equal steps to ±3σ",
    "plane_label": "{title}: {caption}. {help}",
    "help": "Arrow keys move the cursor, Enter pins a point, brackets choose a pin to move "
    "instead, Delete clears the pins, Escape leaves.",
    "legend": "Classes: press to hide or show",
    # The decoder under the cursor
    "decoder": "Decoder under the cursor",
    "picture": "Image decoded at the cursor",
    "decoded": "decoded: {vector}",
    "other": "the other dimension stays at the prior mean",
    "others": "the other {count} dimensions stay at the prior mean",
    # The walk from A to B
    "pin_first": "Click either picture to pin A, click again to pin B.",
    "pin_second": "A = {a}. Click again to pin B.",
    "walk": "From A = {a} straight to B = {b}, in {steps} equal steps.",
    "clear": "Clear",
    "strip": "Decoded steps on the straight line from A to B",
    "strip_empty": "Click either picture to pin A, click again to pin B: the straight line "
    "between them is decoded here.",
    "hint": "Move the pointer over either picture: the decoder runs here, in your browser. "
    "<kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd><kbd>↓</kbd> move the cursor, with <kbd>Shift</kbd> "
    "faster; <kbd>Home</kbd> prior mean; <kbd>Enter</kbd> pins; <kbd>Delete</kbd> clears.",
    # Said aloud
    "spoken": "{point}; decoded {vector}",
    "spoken_image": "{point}",
    "spoken_pin": "pin {letter}: {point}",
}
"""English; ``{names}`` are filled in by the browser."""
