"""What a page may ask a worker about a GAN. Torch-free: the work is imported where it runs.

Its answers are in ``core.divergences.game_answers``.
"""

from typing import Any

from numpy.typing import NDArray

from core.divergences.config import GanConfig, GanControls, JudgeConfig
from core.divergences.game_answers import GamePicture, GameStage
from core.run import TrainState

Parameters = NDArray[Any]


def game_picture(
    parameters: Parameters, config: GanConfig, count: int, running: bool
) -> GamePicture:
    """See ``core.divergences.game_inspection.game_picture``."""
    from core.divergences import game_inspection

    return game_inspection.game_picture(parameters, config, count, running)


def judge_picture(parameters: Parameters, config: JudgeConfig, count: int) -> GamePicture:
    """See ``core.divergences.game_inspection.judge_picture``."""
    from core.divergences import game_inspection

    return game_inspection.judge_picture(parameters, config, count)


def stages(
    state: TrainState, step: int, config: GanConfig, controls: GanControls
) -> tuple[GameStage, ...]:
    """See ``core.divergences.slow_motion.stages``."""
    from core.divergences import slow_motion

    return slow_motion.stages(state, step, config, controls)
