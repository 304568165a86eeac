"""Where the numbers of the map come from, and what may be read wrongly in them."""

from html import escape

from dashboard.kit.badges import badge
from dashboard.kit.scene import Scene
from dashboard.lessons.evidence.answers import Known


def provenance(scene: Scene, known: Known) -> str:
    """Badges: what is exact, and by which rule; what was trained (HTML)."""
    said, parts = scene.said, []
    if known.exact is not None:
        how, error = known.exact.how, known.exact.error
        key = how.replace(" ", "_")
        detail = said(f"provenance.{key}", error=f"{error:.1g}")
        parts.append(badge(scene.kit, "exact", detail))
    elif known.posterior is not None:
        detail = said("provenance.quadrature", error=f"{known.posterior.error:.1g}")
        parts.append(badge(scene.kit, "exact", detail))
    else:
        parts.append(badge(scene.kit, "exact", said("map.computing")))
    if known.trained is not None:
        step = f"{known.trained.run.step:,}"
        parts.append(badge(scene.kit, "trained", said("provenance.vae", step=step)))
    sentences = []
    if known.posterior is not None and known.posterior.is_cut:
        sentences.append(said("provenance.rim"))
    text = " ".join(escape(sentence) for sentence in sentences)
    return " ".join(parts) + (f" <small>{text}</small>" if text else "")
