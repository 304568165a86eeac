"""Where things stand on the board of the estimators."""

from dashboard.components.board_layout import Column, Html, Pictures, Row

LAYOUT = Column(
    parts=(
        Row(
            parts=(
                Pictures(name="story"),
                Column(
                    parts=(
                        Pictures(name="strips"),
                        Html(name="provenance"),
                        Html(name="verdict", look="sentence"),
                    )
                ),
            ),
            weights=(42, 58),
        ),
        Html(name="table"),
        Html(name="sweep_title"),
        Pictures(name="sweeps", columns=4),
        Html(name="sweep_note"),
        Html(name="submissions"),
    )
)

MEASURED = ("strips", "provenance", "verdict", "table")
"""Places of what workers have measured for one question."""
