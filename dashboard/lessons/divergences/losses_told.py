"""The losses side by side in numbers: R, R(equal), the divergence that each is, who shares one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from core.divergences.exact import divergences_of
from core.divergences.losses import Loss
from dashboard.kit.sentences import SQUARE
from dashboard.kit.words import Words
from dashboard.lessons.divergences.loss_colors import LOSS_COLORS
from dashboard.lessons.divergences.numbers import nats

if TYPE_CHECKING:
    from dashboard.lessons.divergences.shown import Shown

COLUMNS = ("loss", "risk", "equal", "gap", "divergence", "cost", "optimum", "f")


def table(every: Sequence[Shown], chosen: str, said: Words) -> str:
    """One row for each loss (HTML); the chosen one bold."""
    head = "".join(f"<th>{escape(said(f'losses.head_{name}'))}</th>" for name in COLUMNS)
    rows = "".join(_row(shown, shown.loss.key == chosen, said) for shown in every)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(shown: Shown, is_chosen: bool, said: Words) -> str:
    loss, key = shown.loss, shown.loss.key
    name = escape(said(f"losses.names.{key}"))
    name = f"{SQUARE.format(LOSS_COLORS[key])}&nbsp;{f'<b>{name} ◂</b>' if is_chosen else name}"
    formulas = [said(f"losses.{column}.{key}") for column in ("cost", "optimum", "f")]
    numbers = [nats(shown.exact), nats(loss.at_equal), nats(loss.at_equal - shown.exact)]
    cells = [escape(cell) for cell in (*numbers, _divergence(shown, said), *formulas)]
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _divergence(shown: Shown, said: Words) -> str:
    """What R(equal) − R is, and the divergence's own value."""
    found, key = divergences_of(shown.pair), shown.loss.divergence
    if shown.loss.key != "wasserstein":
        return said(f"losses.is.{shown.loss.key}", value=nats(found.of(key)))
    value = found.tv if shown.leash == "bounded" else found.w1
    leash = shown.leash if math.isinf(shown.exact) or shown.leash == "bounded" else "lipschitz"
    return said(f"losses.is.wasserstein_{leash}", value=nats(value))


def shared(every: Sequence[Shown], said: Words) -> str:
    """Which losses are one divergence, and how their R compare (Markdown)."""
    parts = []
    for same in _same(every):
        first, last = same[0], same[-1]
        parts.append(
            said(
                "losses.shared",
                losses=said("losses.and").join(
                    said(f"losses.names.{shown.loss.key}") for shown in same
                ),
                divergence=said(f"losses.divergences.{first.loss.divergence}"),
                value=nats(divergences_of(first.pair).of(first.loss.divergence)),
                first=nats(first.exact),
                last=nats(last.exact),
                ratio=f"{last.exact / first.exact:.4g}" if first.exact else "–",
            )
        )
    return " ".join(parts)


def _same(every: Sequence[Shown]) -> Iterator[list[Shown]]:
    """Groups of several losses of one divergence."""

    def divergence(shown: Shown) -> str:
        return shown.loss.divergence

    for _, group in groupby(sorted(every, key=divergence), divergence):
        found = list(group)
        if len(found) > 1:
            yield found


def farthest(every: Sequence[Shown], said: Words) -> str:
    """How much of the most that it can be each bounded divergence is (Markdown)."""
    bounded = [shown for shown in every if not shown.is_wasserstein]
    shares = {shown.loss.key: share_of(shown) for shown in bounded}
    most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    if shares[most] < 1e-9:
        return said("losses.equal")
    return said(
        "losses.shares",
        most=said(f"losses.names.{most}"),
        most_share=f"{shares[most]:.0%}",
        least=said(f"losses.names.{least}"),
        least_share=f"{shares[least]:.0%}",
    )


def share_of(shown: Shown) -> float:
    """``(R(equal) − R) / R(equal)``: 0 of equal densities, 1 of those that share no place."""
    loss: Loss = shown.loss
    return (loss.at_equal - shown.exact) / loss.at_equal


def all_distances(shown: Shown, said: Words) -> str:
    """Every divergence of the pair, with those that no loss here is (Markdown)."""
    found = divergences_of(shown.pair)
    values = {
        "tv": found.tv,
        "triangular": found.triangular,
        "js": found.js,
        "hellinger": found.hellinger,
        "w1": found.w1,
        "kl_data": found.kl_data,
        "kl_model": found.kl_model,
    }
    return said("losses.all", **{name: nats(value) for name, value in values.items()})
