"""Who competes: the estimators by name, as a page speaks of them. Torch-free.

``core.estimators.estimators.ESTIMATORS`` holds the functions under the same names.
"""

from dataclasses import dataclass

from core.estimators.functions import TestFunction


@dataclass(frozen=True, kw_only=True)
class Competitor:
    """One estimator in words.

    Attributes:
        title: its short name.
        formula: what it averages over draws, as LaTeX.
        group: how many draws in a row depend on each other: 1, a pair, or ``None`` for all.
        crosses_jumps: whether it is unbiased for a discontinuous f, too.
        is_naive: the gradient through q is lost.
        needs_diagonal: defined for a diagonal factor only.
        uses_value: whether it needs ``f(z)`` and the score of every draw (for its cost).
    """

    title: str
    formula: str
    group: int | None = 1
    crosses_jumps: bool = True
    is_naive: bool = False
    needs_diagonal: bool = False
    uses_value: bool = True

    def is_unbiased(self, function: TestFunction) -> bool:
        """Whether its mean is the gradient."""
        return not self.is_naive and (self.crosses_jumps or function.is_continuous)

    @property
    def least_samples(self) -> int:
        """The fewest draws per estimate."""
        return 1 if self.group == 1 else 2


LINEUP: dict[str, Competitor] = {
    "pathwise": Competitor(
        title="Boopy (pathwise)",
        formula=r"\nabla_\phi f(\mu + \Sigma\varepsilon)",
        crosses_jumps=False,
        uses_value=False,
    ),
    "naive": Competitor(
        title="Naot (as written)",
        formula=r"\nabla_\phi f(z),\ z\ \text{drawn}",
        is_naive=True,
        uses_value=False,
    ),
    "score_function": Competitor(
        title="score function",
        formula=r"f(z)\,\nabla_\phi\log q_\phi(z)",
    ),
    "constant_baseline": Competitor(
        title="score, constant b",
        formula=r"(f(z)-b)\,\nabla_\phi\log q_\phi(z)",
    ),
    "optimal_baseline": Competitor(
        title="score, best b*",
        formula=r"(f(z)-b^*)\,\nabla_\phi\log q_\phi(z)",
    ),
    "leave_one_out": Competitor(
        title="score, leave-one-out",
        formula=r"(f(z_i)-\tfrac1{n-1}\sum_{j\ne i}f(z_j))\,\nabla_\phi\log q_\phi(z_i)",
        group=None,
    ),
    "measure_valued": Competitor(
        title="measure-valued",
        formula=r"c\,(f(z^+)-f(z^-))",
        needs_diagonal=True,
        uses_value=False,
    ),
    "antithetic": Competitor(
        title="Boopy, antithetic",
        formula=r"\nabla_\phi f(\mu \pm \Sigma\varepsilon)",
        group=2,
        crosses_jumps=False,
        uses_value=False,
    ),
    "score_antithetic": Competitor(
        title="score, antithetic",
        formula=r"f(\mu\pm\Sigma\varepsilon)\,\nabla_\phi\log q_\phi",
        group=2,
        uses_value=False,
    ),
}
"""By the name that stands in a link, in the order of every picture."""
