"""Where things stand on the boards of the hierarchy lesson."""

from dashboard.components.board_layout import Column, Html, Pictures, Row

LAYOUTS = {
    "snake": Column(
        parts=(
            Pictures(name="plane"),
            Html(name="snake_note", look="sentence"),
            Row(parts=(Pictures(name="axis"), Pictures(name="images")), weights=(40, 60)),
            Html(name="snake_provenance"),
        )
    ),
    "bands": Column(
        parts=(
            Pictures(name="flow"),
            Html(name="flow_note", look="sentence"),
            Pictures(name="sums", columns=2),
            Html(name="flow_table"),
            Html(name="flow_provenance"),
        )
    ),
    "valley": Column(
        parts=(
            Pictures(name="curves"),
            Html(name="valley_note", look="sentence"),
            Html(name="valley_provenance"),
            Pictures(name="threshold"),
            Html(name="threshold_note", look="sentence"),
        )
    ),
    "remedies": Column(
        parts=(
            Pictures(name="elbos"),
            Html(name="remedies_note", look="sentence"),
            Html(name="remedies_table"),
            Html(name="remedies_provenance"),
        )
    ),
    "fixed": Column(
        parts=(
            Row(parts=(Pictures(name="top_fixed"), Pictures(name="low_fixed")), weights=(50, 50)),
            Html(name="fixed_note", look="sentence"),
        )
    ),
}
"""Boards by the key of their container."""
