"""Where EM stands on the page, and who belongs to whom there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.foundations.config import MOST_ITERATIONS
from core.foundations.em_bound import segment
from core.foundations.em_step import expect

if TYPE_CHECKING:
    from core.foundations.config import EMConfig
    from core.foundations.em import EMRun
    from core.foundations.em_data import Rows

Array = NDArray[np.float64]

MOST_HALF = 2 * MOST_ITERATIONS

PLACES = np.round(np.linspace(-0.3, 1.3, 33), 3)
"""Along the segment: 0 is θ_old, 1 is θ_new."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """Where EM stands on the page.

    Attributes:
        config: data and start.
        rows: that are fitted.
        run: as far as it is known.
        half: half steps that are shown: even after M, odd after E.
        axes: columns shown.
    """

    config: EMConfig
    rows: Rows
    run: EMRun
    half: int
    axes: tuple[int, int]

    @property
    def iteration(self) -> int:
        """M steps that have been made."""
        return self.half // 2

    @property
    def is_after_e(self) -> bool:
        """Whether the responsibilities are those of the mixture that is shown."""
        return self.half % 2 == 1

    @cached_property
    def responsibilities(self) -> Array | None:
        """The table r of the last E step, ``[N, K]``; ``None`` before the first."""
        if not self.half:
            return None
        of = self.iteration if self.is_after_e else self.iteration - 1
        return expect(self.rows.x_train, self.run.mixtures[of])[0]

    @cached_property
    def along(self) -> tuple[Array, Array, Array] | None:
        """Places, ``ℓ/N`` and ``ELBO/N`` on the segment of the step that is shown; nats per row.

        ``None`` where there is no next mixture: nothing changes any more.
        """
        of = self.iteration if self.is_after_e else self.iteration - 1
        if of + 1 >= len(self.run.mixtures):
            return None
        x, table = self.rows.x_train, self.responsibilities
        assert table is not None
        before, after = self.run.mixtures[of], self.run.mixtures[of + 1]
        found = []
        for place in PLACES:
            try:
                values = segment(x, before, after, table, [place])
            except ValueError:  # beyond 0 and 1 there may be no mixture
                continue
            found.append((place, values[0][0] / len(x), values[1][0] / len(x)))
        if not {0.0, 1.0} <= {place for place, *_ in found}:  # a component without volume
            return None
        places, total, bound = np.array(found).T
        return places, total, bound


def last_half(run: EMRun) -> int:
    """Half steps of which the run knows what they did: E after the last M, too."""
    known = 2 * run.num_steps + (0 if run.is_singular.any() else 1)
    return min(known, MOST_HALF)


def is_over(stage: Stage) -> bool:
    """Whether there is no half step more, now or when the run goes on."""
    has_ended = stage.run.stop != "steps" or stage.run.num_steps >= MOST_ITERATIONS
    return has_ended and stage.half >= last_half(stage.run)
