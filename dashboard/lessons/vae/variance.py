"""Which σ² the log-likelihood term asks for: the exact curve at the run's squared error."""

import streamlit as st

from core.dataset import load_dataset
from core.vae.config import EVALUATION_ROWS
from dashboard.kit.curves import draw, legend
from dashboard.kit.scene import Scene
from dashboard.lessons.vae.variance_chart import variance_chart
from dashboard.theme import ROLE_COLORS


def variance_panel(scene: Scene) -> None:
    """The log-likelihood term against σ²: where its maximum is, and where the run stands."""
    run, said = scene.view.run, scene.said
    if run.config.variance == "heteroscedastic":
        st.info(said("variance.none"))
        return
    latest = run.history.latest()
    squared_error, used = latest["squared_error/held_out"], latest["decoder_variance"]
    data_dim = load_dataset(run.config.dataset).data_dim
    legend(
        scene,
        (said("variance.kinds.sum"), ROLE_COLORS["log_likelihood"]),
        (said("variance.kinds.now"), ROLE_COLORS["model"]),
        exact=said("variance.legend_exact"),
        kind="exact",
        detail=said("variance.detail", rows=EVALUATION_ROWS),
    )
    chart = variance_chart(
        squared_error=squared_error,
        data_dim=data_dim,
        decoder_variance=used,
        look=scene.look,
        said=said,
    )
    draw(chart, "log_likelihood_of_variance")
    best = squared_error / data_dim
    text = said("variance.text", D=data_dim, SE=f"{squared_error:.3g}", best=f"{best:.3g}")
    st.caption(f"{text} {said('variance.now', used=f'{used:.3g}')}")
