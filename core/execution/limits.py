"""How much a store of runs may hold, and how long a worker may go without progress."""

from dataclasses import dataclass

from core.validation import require_number


@dataclass(frozen=True, kw_only=True)
class StoreLimits:
    """What a store may hold.

    Attributes:
        max_runs: number of runs.
        max_bytes: of all run values together.
        max_age_seconds: how long a run is kept after it was last seen.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    max_runs: int = 64
    max_bytes: int = 2**30
    max_age_seconds: float = 3600.0

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("max_runs", self.max_runs, at_least=1)
        require_number("max_bytes", self.max_bytes, at_least=1)
        require_number("max_age_seconds", self.max_age_seconds, above=0)


@dataclass(frozen=True, kw_only=True)
class WatchLimits:
    """How long a worker may go without progress, in seconds.

    Attributes:
        slow_seconds: until it is suspect, and said to be.
        hung_seconds: until it is killed and replaced, where its task names no other deadline.
        start_seconds: the same for one that has not answered yet, which may still be importing.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    slow_seconds: float = 4.0
    hung_seconds: float = 10.0
    start_seconds: float = 30.0

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("slow_seconds", self.slow_seconds, above=0)
        require_number("hung_seconds", self.hung_seconds, above=self.slow_seconds)
        require_number("start_seconds", self.start_seconds, at_least=self.hung_seconds)
