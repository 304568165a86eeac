"""Where things stand on the boards below the map, one for each tab."""

from dashboard.components.board_layout import Column, Html, Pictures, Row

LAYOUTS = {
    "convergence": Column(
        parts=(
            Pictures(name="estimates"),
            Html(name="estimates_note"),
            Html(name="estimates_table"),
        )
    ),
    "gaps": Column(
        parts=(
            Pictures(name="bars"),
            Html(name="bars_note", look="sentence"),
            Html(name="bars_provenance"),
        )
    ),
    "prior": Column(
        parts=(
            Row(
                parts=(
                    Pictures(name="codes"),
                    Column(parts=(Pictures(name="changes"), Html(name="prior_note"))),
                ),
                weights=(45, 55),
            ),
            Html(name="prior_provenance"),
        )
    ),
}
"""Boards by tab; the tab ``raise`` is a figure that plays, and no board."""
