"""The divergence of two Gaussians, term by term, as a table (PIMA-7 2a)."""

from core.gaussian import KLTerms
from dashboard.kit.sentences import table_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations.numbers import nats


def terms_table(forward: KLTerms, reverse: KLTerms, said: Words) -> str:
    """One row for each term of ``½[tr + distance − D + log det]``, in both directions (HTML)."""
    rows = [
        (said("terms.trace"), forward.trace, reverse.trace),
        (said("terms.distance"), forward.distance, reverse.distance),
        (said("terms.dim"), -forward.dim, -reverse.dim),
        (said("terms.log_det"), forward.log_det, reverse.log_det),
        (said("terms.total"), forward.total, reverse.total),
    ]
    head = (said("terms.term"), "KL(p‖q)", "KL(q‖p)")
    return table_of(head, [(name, nats(one), nats(two)) for name, one, two in rows])
