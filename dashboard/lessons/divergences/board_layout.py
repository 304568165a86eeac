"""Where things stand on the boards of the divergences lesson."""

from dashboard.components.board_layout import Column, Html, Part, Pictures, Row

LAYOUTS: dict[str, Part] = {
    "tab_pair": Column(
        parts=(
            Row(
                parts=(
                    Pictures(name="lanes"),
                    Pictures(name="one"),
                    Pictures(name="ways"),
                ),
                weights=(44, 28, 28),
            ),
            Html(name="pair_key"),
            Html(name="pair_note", look="sentence"),
            Html(name="pair_provenance"),
        )
    ),
    "tab_slope": Column(
        parts=(
            Row(
                parts=(
                    Pictures(name="slopes"),
                    Pictures(name="pushes"),
                    Column(parts=(Html(name="slope_table"), Html(name="slope_factor"))),
                ),
                weights=(36, 34, 30),
            ),
            Html(name="slope_note", look="sentence"),
            Html(name="slope_theorem", look="sentence"),
            Html(name="slope_provenance"),
        )
    ),
    "tab_losses": Column(
        parts=(
            Html(name="losses_table"),
            Html(name="losses_note", look="sentence"),
            Row(
                parts=(
                    Column(
                        parts=(
                            Html(name="losses_best_title"),
                            Pictures(name="losses_best", columns=3),
                        )
                    ),
                    Column(
                        parts=(
                            Html(name="losses_f_title"),
                            Pictures(name="losses_f", columns=3),
                        )
                    ),
                ),
                weights=(1, 1),
            ),
            Html(name="losses_provenance"),
        )
    ),
    "tab_gan": Column(
        parts=(
            Row(
                parts=(
                    Pictures(name="generated"),
                    Pictures(name="discriminator"),
                    Pictures(name="distance"),
                ),
                weights=(30, 30, 40),
            ),
            Html(name="gan_key"),
            Html(name="gan_note", look="sentence"),
            Row(
                parts=(Pictures(name="data"), Pictures(name="modes"), Pictures(name="risks")),
                weights=(30, 30, 40),
            ),
            Html(name="gan_provenance"),
        )
    ),
    "gan_slow": Column(
        parts=(
            Html(name="gan_stage_note", look="sentence"),
            Row(
                parts=(
                    Pictures(name="gan_z"),
                    Pictures(name="gan_x"),
                    Column(parts=(Pictures(name="gan_d"), Html(name="gan_stage_numbers"))),
                ),
                weights=(30, 30, 40),
            ),
        )
    ),
}
"""Boards by the key of their container."""
