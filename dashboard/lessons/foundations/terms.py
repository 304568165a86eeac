"""The divergence of two Gaussians, term by term, as a table (PIMA-7 2a)."""

from html import escape

from core.gaussian import KLTerms
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
    head = "".join(
        f"<th>{escape(text)}</th>" for text in (said("terms.term"), "KL(p‖q)", "KL(q‖p)")
    )
    body = "".join(
        f"<tr><td>{escape(name)}</td><td>{nats(one)}</td><td>{nats(two)}</td></tr>"
        for name, one, two in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
