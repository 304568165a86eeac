"""What is known of ``log p(x)`` of some rows: a value for a server without torch."""

from dataclasses import dataclass
from typing import Literal

How = Literal["closed form", "quadrature"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The exact ``log p(x)`` of held-out rows, as far as it has been computed; in nats.

    Attributes:
        log_evidence: its mean over the rows that are done.
        error: the mean over them of what was achieved; 0 in closed form.
        num_rows: how many are done.
        rows_in_all: how many were asked for.
        num_cut: of how many some mass lies beyond the lattice: theirs is larger than it says.
        how: where it comes from.
    """

    log_evidence: float
    error: float
    num_rows: int
    rows_in_all: int
    num_cut: int
    how: How

    @property
    def is_whole(self) -> bool:
        """Whether all rows are done."""
        return self.num_rows == self.rows_in_all

    def merged(self, later: "Evidence") -> "Evidence":
        """Both together: ``later`` goes on where this ends."""
        num_rows = self.num_rows + later.num_rows
        share = later.num_rows / num_rows
        return Evidence(
            log_evidence=(1 - share) * self.log_evidence + share * later.log_evidence,
            error=(1 - share) * self.error + share * later.error,
            num_rows=num_rows,
            rows_in_all=self.rows_in_all,
            num_cut=self.num_cut + later.num_cut,
            how=self.how,
        )
