"""What proves the sentences of the foundations lesson."""

from typing import Any

from foundations_experiments import EXPERIMENTS
from foundations_found import Found, found_for
from foundations_steps import STEPS


def evidence(choices: dict[str, Any], train_steps: int) -> Found:
    """What the page finds out; nothing is trained here."""
    assert not train_steps
    return found_for(tuple(sorted(choices.items())))


PROOFS = EXPERIMENTS + STEPS
