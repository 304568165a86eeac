"""Where the nats go: bands from x to z1 and on to z2, and the same sum split in another way."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.hierarchy.answers import Flat, Information, Split
from core.hierarchy.config import HierarchyConfig
from core.history import History
from core.row_evidence import Evidence
from core.run import Run
from dashboard.charts.panel import EXACT, MUTED, Axis, Mark, Panel, rounded
from dashboard.charts.panel_fields import Texts
from dashboard.kit.sentences import table_of
from dashboard.kit.words import Words
from dashboard.lessons.hierarchy.labels import apart
from dashboard.lessons.hierarchy.terms import number
from dashboard.theme import ROLE_COLORS

SETTLED = 200
"""Steps after which the curves are in the picture whatever they do."""

STATIONS = (0.0, 1.0, 2.0)


def bands(latest: Mapping[str, float], information: Information | None, said: Words) -> Panel:
    """Two bands as high as the nats that are charged: T2 + T3 into z1, T3 of them on to z2.

    Args:
        latest: metrics of the newest record.
        information: what z2 really says about x, where that is known: dashed, in its band.
        said: the lesson's words.
    """
    both = latest["t2/held_out"] + latest["t3/held_out"]
    top = latest["t3/held_out"]
    high = max(1.0, 1.35 * both, 1.35 * top)
    ends = np.array([0.12, 0.88])
    marks: list[Mark | Texts] = []
    for place, value, color in ((0.0, both, "kl"), (1.0, top, "price")):
        half = max(value, 0.0) / 2
        marks.append(
            Mark(
                kind="area",
                color=ROLE_COLORS[color],  # type: ignore[index]
                x=place + ends,
                y=np.full(2, -half),
                y2=np.full(2, half),
                opacity=0.65,
                tip=said(f"flow.{color}_tip", value=number(value)),
            )
        )
    if information is not None:
        for half in (-information.value / 2, information.value / 2):
            marks.append(
                Mark(
                    kind="line",
                    color=EXACT,
                    x=1.0 + ends,
                    y=np.full(2, half),
                    is_dashed=True,
                    tip=said("flow.information_tip", value=f"{information.value:.3f}"),
                )
            )
    words = [said("flow.x"), said("flow.z1"), said("flow.z2")]
    marks.append(Texts(texts=words, x=np.array(STATIONS), y=np.zeros(3), color=EXACT))
    values = [said("flow.charged", value=number(both)), said("flow.charged", value=number(top))]
    over = np.maximum([both, top], 0.0) / 2 + 0.07 * high
    marks.append(Texts(texts=values, x=np.array([0.5, 1.5]), y=over, color=EXACT))
    return Panel(
        name="flow",
        x=Axis(title="", low=-0.25, high=2.25, names=("",)),
        y=Axis(title=said("flow.nats"), low=-high / 2, high=high / 2),
        marks=marks,
        alt=said("flow.alt", both=number(both), top=number(top)),
        rows=13,
    )


def elbos(history: History, flat: Flat | None, said: Words) -> Panel:
    """The ELBO over the steps, and that of the VAE without z2."""
    color = ROLE_COLORS["elbo"]
    lines = [("flow.elbo_tip", color, history.steps, history["elbo/held_out"])]
    if flat is not None:
        lines.append(("flow.flat_tip", ROLE_COLORS["data"], flat.steps, flat.elbo))
    return _over_steps("elbo_curves", said("flow.elbos"), lines, history, said)


def sums(history: History, said: Words) -> Panel:
    """T2, T3 and their sum over the steps: T2 may go below 0, the sum may not."""
    t2, t3 = history["t2/held_out"], history["t3/held_out"]
    lines = [
        ("flow.t2_tip", ROLE_COLORS["kl"], history.steps, t2),
        ("flow.t3_tip", ROLE_COLORS["price"], history.steps, t3),
        ("flow.sum_tip", EXACT, history.steps, t2 + t3),
    ]
    return _over_steps("sums", said("flow.sums"), lines, history, said, with_zero=True)


def _over_steps(
    name: str,
    title: str,
    lines: Sequence[tuple[str, str, NDArray[Any], NDArray[Any]]],
    history: History,
    said: Words,
    *,
    with_zero: bool = False,
) -> Panel:
    """Lines over the steps of the run; the first records, far below the rest, may leave it."""
    step = float(history.steps[-1])
    last = max(step, 1.0)
    seen = [y[(x <= last) & (x >= min(SETTLED, step / 4))] for _, _, x, y in lines]
    every = np.concatenate([*seen, *([np.zeros(1)] if with_zero else [])])
    low, high = rounded(float(every.min()), float(every.max()))
    marks: list[Mark | Texts] = [
        Mark(kind="line", color=color, x=x[x <= last], y=y[x <= last], tip=said(tip))
        for tip, color, x, y in lines
    ]
    ends_of = [float(y[x <= last][-1]) for _, _, x, y in lines]
    for (tip, color, _, _), y in zip(lines, apart(ends_of, low, high), strict=True):
        words, place = [said(f"{tip}_name")], np.array([0.98 * last])
        marks.append(Texts(texts=words, x=place, y=np.array([y]), color=color, align="right"))
    if with_zero:
        ends = np.array([0.0, last])
        marks.append(Mark(kind="line", color=MUTED, x=ends, y=np.zeros(2), is_thin=True))
    return Panel(
        name=name,
        x=Axis(title=said("flow.step"), low=0.0, high=last),
        y=Axis(title=title, low=low, high=high),
        marks=marks,
        alt=said(f"flow.{name}_alt", step=f"{history.steps[-1]:,}"),
        rows=8,
    )


def table_html(
    latest: Mapping[str, float],
    split: Split | None,
    evidence: Evidence | None,
    information: Information | None,
    flat: Flat | None,
    run: Run,
    said: Words,
) -> str:
    """The same sum taken apart twice, and the ELBO beside that of the VAE without z2.

    Args:
        latest: metrics of the newest record.
        split: by p(z1), exactly, where that is known.
        evidence: the exact ``log p(x)``, where it is known.
        information: what z2 says about x, where it is known.
        flat: the VAE without z2.
        run: as it stands.
        said: the lesson's words.
    """
    t2, t3 = latest["t2/held_out"], latest["t3/held_out"]
    kind = "_top_down" if run.config.sees_x else ""
    rows: list[Sequence[str]] = [
        (said(f"flow.t2{kind}"), number(t2)),
        (said(f"flow.t3{kind}"), number(t3)),
        (said("flow.sum"), number(t2 + t3)),
    ]
    if split is not None:
        name = said("flow.rows", done=split.num_rows, all=split.rows_in_all)
        rows += [
            (said("flow.to_prior"), number(split.to_prior)),
            (said("flow.penalty"), f"{split.penalty:.3f}"),
            (f"{said('flow.sum_exact')} ({name})", number(split.to_prior + split.penalty)),
        ]
    if information is not None:
        most = f"{information.most:.2f}"
        rows.append((said("flow.information", most=most), f"{information.value:.3f}"))
    elbo = latest["elbo/held_out"]
    rows.append((said("flow.elbo"), number(elbo)))
    if evidence is not None:
        done = "" if evidence.is_whole else said("flow.so_far", done=evidence.num_rows)
        rows.append((said("flow.evidence") + done, f"{number(evidence.log_evidence)}"))
        if evidence.is_whole:
            rows.append((said("flow.gap"), number(evidence.log_evidence - elbo)))
    if flat is not None:
        after, without = flat.record_at(run.step)
        rows.append((said("flow.flat", step=f"{after:,}"), number(without)))
        if 0 <= flat.gaussian <= flat.tag:
            last = f"{flat.last_step:,}"
            rows.append((said("flow.tag", step=last), f"{flat.tag:.3f}"))
            rows.append((said("flow.gaussian"), f"{flat.gaussian:.3f}"))
    return table_of([said("flow.what"), said("flow.nats")], rows)


def told(
    latest: Mapping[str, float],
    information: Information | None,
    config: HierarchyConfig,
    said: Words,
) -> str:
    """Whether z2 sleeps, and what the numbers are and are not (Markdown)."""
    t2, t3 = latest["t2/held_out"], latest["t3/held_out"]
    state = "asleep" if t3 < 0.05 else "awake"
    sentences = [said(f"flow.{state}", value=number(t3))]
    if t2 < 0:
        sentences.append(said("flow.negative", value=number(t2)))
    if config.sees_x:
        sentences.append(said("flow.top_down"))
    elif config.skip:
        sentences.append(said("flow.skip"))
    elif information is None:
        sentences.append(said("flow.not_information"))
    else:
        sentences.append(said("flow.informed", value=f"{information.value:.2f}"))
    return " ".join(sentences)
