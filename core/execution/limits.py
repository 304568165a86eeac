"""How much a store of runs may hold."""

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
