"""What proves the sentences of the divergences lesson."""

from divergences_evidence import evidence
from divergences_experiments import EXPERIMENTS
from divergences_steps import STEPS

__all__ = ["PROOFS", "evidence"]

PROOFS = EXPERIMENTS + STEPS
