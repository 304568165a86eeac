"""What a run has to say, as keys and numbers: a page has its own words for them."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that happened lately, or is so right now, and is dealt with.

    Attributes:
        key: the worker process was lost; it hung and was replaced; or it makes no progress now.
        step: where the run stands.
        is_running: whether it goes on from there.
    """

    key: Literal["lost", "hung", "suspect"]
    step: int
    is_running: bool

    def __str__(self) -> str:
        """In English."""
        if self.key == "suspect":
            return (
                f"A worker process makes no progress at step {self.step:,}; "
                "it is replaced if it stays so."
            )
        happened = "was lost" if self.key == "lost" else "hung and was replaced"
        went = "training goes on from" if self.is_running else "the run stays at"
        return f"A worker process {happened}; {went} step {self.step:,}."


@dataclass(frozen=True, kw_only=True)
class Message:
    """Why training stopped.

    Attributes:
        key: a metric was not finite; a slice raised an exception; too many worker processes were
            lost in a row; or the step was reached that it was to train to.
        step: where that was.
        metric: the metric that was not finite.
        value: what it was.
        losses: worker processes lost.
        error: the exception, its type and its text.
    """

    key: Literal["diverged", "failed", "lost_repeatedly", "reached"]
    step: int
    metric: str = ""
    value: float = 0.0
    losses: int = 0
    error: str = ""

    def __str__(self) -> str:
        """In English."""
        if self.key == "diverged":
            return f"Training diverged at step {self.step:,}: {self.metric} became {self.value}."
        if self.key == "lost_repeatedly":
            return f"Training lost {self.losses} worker processes in a row at step {self.step:,}."
        if self.key == "reached":
            return f"Training stopped at step {self.step:,}: that is how far it was to go."
        return self.error
