"""Where things stand on the board of the estimators."""

from dashboard.components.board_layout import Column, Html, Pictures, Row

LAYOUT = Column(
    parts=(
        Row(
            parts=(
                Column(parts=(Pictures(name="story"), Html(name="story_note"))),
                Column(
                    parts=(
                        Pictures(name="strips"),
                        Html(name="strips_note"),
                        Html(name="provenance"),
                        Html(name="verdict", look="sentence"),
                    )
                ),
            ),
            weights=(42, 58),
        ),
        Html(name="table"),
        Html(name="table_note"),
        Html(name="sweep_title"),
        Pictures(name="sweeps", columns=4),
        Html(name="sweep_note"),
        Html(name="submissions"),
    )
)

MEASURED = ("strips", "strips_note", "provenance", "verdict", "table", "table_note")
"""Places of what workers have measured for one question."""

SWEEPS = ("num_samples", "sigma", "dim", "k")
"""Names of the pictures of variances, each of an axis."""
