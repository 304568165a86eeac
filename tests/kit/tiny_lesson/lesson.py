"""The declaration."""

from dashboard.kit.lesson import Lesson, Preset, Training
from dashboard.kit.option import Option
from tiny_lesson.model import One, Rate, Two

LESSON = Lesson(
    name="tiny",
    package="tiny_lesson",
    icon=":material/star:",
    group="likelihood",
    minutes=1,
    options=(
        Option(key="rows", look="ladder", field="batch_size", rungs=(64, 512), is_whole=True),
        Option(
            key="rate", look="ladder", applies="live", field="learning_rate", rungs=(0.001, 1.0)
        ),
        Option(key="more", look="switch", applies="view", default=False, place="page"),
    ),
    presets={"small": Preset(choices={"rows": 64, "more": True}, train_steps=20)},
    training=(
        Training(config=One, controls=Rate),
        Training(config=Two, controls=Rate, name="second"),
    ),
)
