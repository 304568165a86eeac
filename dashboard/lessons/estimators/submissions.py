"""The two submissions as they ran, in colour, and what autograd saw (HTML)."""

import io
import keyword
import tokenize
from html import escape

import numpy as np

from core.estimators.answers import Submission
from dashboard.kit.words import Words, with_minus
from dashboard.lessons.estimators.names import ink_of, title_of

CODE_STYLE = """
<style>
.submissions { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr));
               gap: 0.4rem 1.2rem; }
.submissions pre { background: color-mix(in srgb, currentColor 5%, transparent); overflow-x: auto;
               padding: 0.7rem 0.9rem; border-radius: 0.5rem; margin: 0.3rem 0; line-height: 1.5; }
.submissions pre, .submissions code { font-family: monospace; font-size: 0.88em; }
.submissions .keyword { font-weight: 700; }
.submissions .comment, .submissions .string { opacity: 0.65; font-style: italic; }
</style>
"""


def submissions_html(submissions: tuple[Submission, ...], said: Words) -> str:
    """Boopy's and Naot's code side by side, as executed."""
    parts = [
        _submission(name, submission, said)
        for name, submission in zip(("pathwise", "naive"), submissions, strict=True)
    ]
    return f'{CODE_STYLE}<div class="submissions">{"".join(parts)}</div>'


def _submission(name: str, submission: Submission, said: Words) -> str:
    title = title_of(name, said)
    label = said("submissions.alt", name=title)
    z, loss = submission.z_requires_grad, submission.loss_requires_grad
    if submission.refusal:
        result = (
            f"<code>RuntimeError: {escape(submission.refusal)}</code> → "
            f"{said('submissions.recorded')}"
        )
    else:
        result = (
            f"<code>mu.grad</code> = {_gradient(submission.mean_gradient)}, "
            f"<code>sigma.grad</code> = {_gradient(submission.scale_gradient)}"
        )
    return (
        f'<div><b style="color:{ink_of(name)}">{title}</b>'
        f'<pre tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<code>{highlighted(submission.code)}</code></pre>"
        f"<code>z.requires_grad</code> = <b>{z}</b>, <code>loss.requires_grad</code> = "
        f"<b>{loss}</b><br>{result}</div>"
    )


def _gradient(values: np.ndarray | None) -> str:
    if values is None:
        return "<b>None</b>"
    shown = with_minus(", ".join(f"{value:.4g}" for value in values[:3]))
    return f"<b>[{shown}{', …' if len(values) > 3 else ''}]</b>"


def highlighted(code: str) -> str:
    """Python as HTML: keywords, strings and comments set apart, everything else as it stands."""
    lines = code.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found, done = [], 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        kind = _kind(token)
        if kind is None:
            continue
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        found.append(escape(code[done:begin], quote=False))
        found.append(f'<span class="{kind}">{escape(code[begin:end], quote=False)}</span>')
        done = end
    return "".join([*found, escape(code[done:], quote=False)]).rstrip()


def _kind(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type == tokenize.STRING:
        return "string"
    is_keyword = token.type == tokenize.NAME and keyword.iskeyword(token.string)
    return "keyword" if is_keyword else None
