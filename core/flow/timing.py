"""Times of short calls, and how disturbed they were. Torch-free."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from core.flow.answers import Calm
from core.progress import note_progress

LEAST_SECONDS = 0.002
"""Each round of a measurement is repeated until it has taken this long."""

ROUNDS = 3


class Stopwatch:
    """Measures one call after another, and remembers what came between."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self._spreads: list[float] = []
        self._wall = self._processor = 0.0

    def seconds(self, work: Callable[[], object]) -> float:
        """Seconds of one call: the best of three rounds."""
        return self.in_turns([work])[0]

    def in_turns(
        self,
        works: Sequence[Callable[[], object]],
        *,
        rounds: int = ROUNDS,
        least: float = LEAST_SECONDS,
    ) -> list[float]:
        """Seconds of one call of each, the best of some rounds in which they take turns.

        Args:
            works: what is called.
            rounds: of all of them.
            least: seconds that each is repeated for in a round.
        """
        for work in works:
            work()
        times = np.array([[self._round(work, least) for work in works] for _ in range(rounds)])
        self._spreads += (times.max(0) / times.min(0) - 1.0).tolist()
        return [float(best) for best in times.min(0)]

    def _round(self, work: Callable[[], object], least: float) -> float:
        count, passed = 0, 0.0
        start, processor = time.perf_counter(), time.thread_time()
        while not count or passed < least:  # once at least, however long others held us up
            work()
            count += 1
            passed = time.perf_counter() - start
        self._wall += passed
        self._processor += time.thread_time() - processor
        note_progress()
        return passed / count

    def calm(self) -> Calm:
        """How undisturbed everything so far was."""
        return Calm(
            spread=float(np.median(self._spreads)),
            processor_share=min(self._processor / self._wall, 1.0),
        )
