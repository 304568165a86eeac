"""The declaration."""

from dashboard.kit.lesson import Lesson, Preset, Training
from dashboard.kit.option import Option
from walked_lesson.model import One, Rate, Two

LESSON = Lesson(
    name="walked",
    package="walked_lesson",
    icon=":material/star:",
    group="likelihood",
    minutes=1,
    options=(
        Option(
            key="tab",
            look="buttons",
            applies="view",
            default="one",
            values=("one", "two"),
            place="page",
            steers=True,
        ),
        Option(
            key="quiet",
            look="buttons",
            applies="view",
            default="one",
            values=("one", "two"),
            place="page",
        ),
        Option(key="rows", look="ladder", field="batch_size", rungs=(64, 512), is_whole=True),
        Option(
            key="rate", look="ladder", applies="live", field="learning_rate", rungs=(0.001, 1.0)
        ),
    ),
    presets={
        "first": Preset(choices={"rows": 64}, train_steps=20),
        "second": Preset(choices={"tab": "two", "rows": 64}, train_steps=30),
    },
    training=(
        Training(config=One, controls=Rate, opening_steps=0),
        Training(config=Two, controls=Rate, name="two", opening_steps=12, carries=("origin",)),
    ),
    steers=lambda choices: "two" if "two" in (choices["tab"], choices["quiet"]) else "",
)
