"""What a picture is: a trained model, an exact formula, or an estimate. Every picture says so."""

from typing import Literal

from dashboard.kit.words import Words

Kind = Literal["trained", "untrained", "exact", "estimate", "recorded"]


def badge(said: Words, kind: Kind, detail: str = "") -> str:
    """A small label (HTML): ``kind``, and in few words of what or how.

    Args:
        said: the kit's words.
        kind: which of them.
        detail: HTML made by us.
    """
    text = f"<b>{said(f'badges.{kind}')}</b>" + (f" · {detail}" if detail else "")
    return f'<span class="badge">{text}</span>'
