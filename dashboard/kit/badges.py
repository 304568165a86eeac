"""What a picture is: a trained model, an exact formula, or an estimate. Every picture says so."""

from typing import Literal

Kind = Literal["trained model", "untrained model", "exact", "estimate"]


def badge(kind: Kind, detail: str = "") -> str:
    """A small label (HTML): ``kind``, and in few words of what or how."""
    text = f"<b>{kind}</b>" + (f" · {detail}" if detail else "")
    return f'<span class="badge">{text}</span>'
