"""The declaration."""

from dashboard.kit.lesson import Lesson, Preset, ScriptStep, Training
from dashboard.kit.option import Option
from tiny_lesson.model import Hill, Rate, Valley

LESSON = Lesson(
    name="tiny",
    package="tiny_lesson",
    icon=":material/star:",
    group="likelihood",
    minutes=1,
    options=(
        Option(key="goal", look="ladder", field="goal", rungs=(1.0, 2.0, 5.0)),
        Option(key="rate", look="ladder", applies="live", field="rate", rungs=(0.1, 0.2, 0.5)),
        Option(key="more", look="switch", applies="view", default=False, place="page"),
    ),
    presets={"far": Preset(choices={"goal": 5.0, "more": True}, train_steps=20)},
    script=(ScriptStep(preset="far"),),
    training=(
        Training(config=Hill, controls=Rate),
        Training(config=Valley, controls=Rate, name="second"),
    ),
)
