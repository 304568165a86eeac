"""Where things stand on the boards, one for each tab."""

from dashboard.components.board_layout import Column, Html, Pictures, Row

LAYOUTS = {
    "likelihood": Column(
        parts=(
            Row(parts=(Pictures(name="ruler"), Pictures(name="surface")), weights=(55, 45)),
            Html(name="likelihood_note", look="sentence"),
            Pictures(name="climb"),
            Html(name="likelihood_provenance"),
        )
    ),
    "kls": Column(
        parts=(
            Row(parts=(Pictures(name="densities"), Pictures(name="landscape")), weights=(55, 45)),
            Html(name="kls_note", look="sentence"),
            Row(parts=(Pictures(name="integrands"), Pictures(name="sampled")), weights=(55, 45)),
            Html(name="kls_table"),
            Html(name="kls_provenance"),
        )
    ),
    "em": Column(
        parts=(
            Row(
                parts=(
                    Pictures(name="points"),
                    Column(parts=(Pictures(name="touch"), Pictures(name="history"))),
                ),
                weights=(55, 45),
            ),
            Html(name="em_note", look="sentence"),
            Html(name="em_provenance"),
        )
    ),
    "infinity": Column(
        parts=(
            Row(parts=(Pictures(name="limit"), Pictures(name="entropy")), weights=(50, 50)),
            Html(name="infinity_note", look="sentence"),
            Html(name="infinity_provenance"),
        )
    ),
}
"""Boards by tab."""
