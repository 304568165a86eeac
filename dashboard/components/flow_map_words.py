"""What the map of a flow says by itself."""

WORDS = {
    "failed": "The map of the flow could not be loaded. Reload the page; if that does not help, "
    "check that server.enableStaticServing is on. ({reason})",
    # The walk
    "walk": "Walk through the layers",
    "stop": "Stop the walk",
    "time": "Time: from base to data",
    "at_base": "base",
    "at_data": "x = f(z)",
    "at_layer": "layer {k} of {count}: {name}",
    "at_flip": "flip after layer {k}",
    # Switches
    "colours": "Colours",
    "density": "density",
    "logdet": "log |det J|",
    "shown": "Shown on the pictures",
    "grid": "grid",
    "data": "data",
    "samples": "samples",
    # Pictures
    "base_title": "Base",
    "data_title": "Data",
    "base_label": "Base: {title}, its grid and the probe. {help}",
    "data_label": "Mapped density and warped grid: {title}. {help}",
    "help": "Arrow keys move the probe, Space walks, Escape leaves.",
    "help_centres": "Arrow keys move the probe, brackets choose a centre of the mixture to move "
    "instead, Space walks, Escape leaves.",
    "layer_axis": "{name} of layer {k}",
    "layer_axis_down": "{name} of layer {k} (points down)",
    "turning_x": "turning the plane …",
    "turning_y": "… to exchange the dimensions",
    "scale": "Colours of log |det J|, white where area is kept",
    "scale_low": "{limit} shrinks",
    "scale_middle": "log |det J| (nats): 0 = area kept",
    "scale_high": "grows {limit}",
    # The probe; HTML
    "probe": "Probe",
    "way": "z → x",
    "area_ratio": "little square: area ratio",
    "det_product": "|det J|, product of the diagonals",
    "det_numeric": "|det J|, finite differences",
    "log_density": "log p<sub>X</sub> = log p<sub>Z</sub> − log |det J|",
    "log_density_root": "one root: log p<sub>X</sub> = log p<sub>Z</sub> − log |det J|",
    "round_trip": "round trip |f⁻¹(f(z)) − z|",
    "no_inverse": "no inverse: τ is not monotone",
    "no_closed_form": "no closed form: z + a sin(bz)",
    "jacobian_layer": "J of layer {k}",
    "jacobian_flips": "J of f, with flips between",
    "jacobian_no_flips": "J of f, no flips",
    "jacobian_one": "J of f, one layer",
    "log_det_layer": "log |det| {value}",
    "log_det_sum": "log |det| = Σ = {value}",
    "hint": "Click or drag on either picture, or use <kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd>"
    "<kbd>↓</kbd> (<kbd>Shift</kbd>: faster, <kbd>Home</kbd>: centre), to move the probe. "
    "Evaluated in your browser.",
    "one_way": "Here on the base only: a place in the data has no one z.",
    # Said aloud
    "spoken_probe": "{way}, determinant {det}",
    "spoken_centre": "centre {n}: {place}",
}
"""English; ``{names}`` are filled in by the browser."""
