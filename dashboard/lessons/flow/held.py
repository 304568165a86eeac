"""What of the flow lesson's view its map holds in the browser, and a link carries."""

from dashboard.kit.option import Option
from dashboard.kit.places import places_of

MAP = (
    Option(
        key="mode",
        look="buttons",
        applies="view",
        default="density",
        values=("density", "logdet"),
        place="picture",
    ),
    *(
        Option(key=key, look="switch", applies="view", default=is_shown, place="picture")
        for key, is_shown in (("grid", True), ("data", True), ("samples", False))
    ),
    Option(key="t", look="number", applies="view", default=1.0, rungs=(0.0, 1.0), place="picture"),
    Option(
        key="probe",
        look="text",
        applies="view",
        default="",
        valid=places_of("probe", 1),
        place="picture",
    ),
)
"""What the map holds in the browser: colours, what is shown, the time of the walk, the probe."""
