"""What three of the VAE's experiments say, held to the runs that they start."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.dataset import load_dataset
from core.run import Budget, Run
from core.training import advance, new_run
from core.vae.inference import decode_codes, picture
from dashboard.lessons.vae.lesson import LESSON, PRESETS, configure

ROWS = 2000


@lru_cache(maxsize=4)
def trained(name: str) -> Run:
    """An experiment, trained as far as its button trains it."""
    preset = PRESETS[name]
    config, controls = configure(LESSON.defaults | dict(preset.choices))
    return advance(new_run(config, controls), controls, Budget(steps=preset.train_steps))


def codes(name: str) -> NDArray[np.float32]:
    """Posterior means of the first training rows, ``[ROWS, 2]``."""
    run = trained(name)
    return picture(run.state.parameters, run.config, ROWS, (), 1).mean


def share_outside(name: str) -> float:
    """Share of the codes outside of the prior's 3σ circle."""
    return float((np.linalg.norm(codes(name), axis=1) > 3).mean())


def share_of_012(name: str) -> float:
    """Share of the prior samples that a classifier of the data takes for a 0, 1 or 2."""
    run, data = trained(name), load_dataset(trained(name).config.dataset)
    z = np.random.default_rng(0).standard_normal((ROWS, 2)).astype(np.float32)
    judge = LogisticRegression(max_iter=300).fit(data.x_train[:4000], data.y_train[:4000])
    drawn = decode_codes(run.state.parameters, run.config, z).reshape(ROWS, -1)
    return float(np.isin(judge.predict(drawn), [0, 1, 2]).mean())


def test_half_the_codes_of_a_plain_autoencoder_lie_where_the_prior_hardly_looks() -> None:
    assert 0.45 < share_outside("holes") < 0.6
    assert share_outside("start") < 0.3  # a VAE's do not
    assert share_of_012("holes") < 0.06
    assert share_of_012("start") > 0.15


def test_one_product_of_weight_and_variance_gives_all_but_the_same_plane() -> None:
    off = codes("one_knob") - codes("start")
    spread = codes("start").std(0)
    assert (np.sqrt((off**2).mean(0)) < 0.25 * spread).all()
    latest = [trained(name).history.latest()["elbo/held_out"] for name in ("one_knob", "start")]
    assert latest[1] - latest[0] > 1000


def test_the_mesh_over_two_moons_has_no_fold_in_the_bulk_of_the_prior() -> None:
    run, step = trained("moons"), np.float32(0.01)
    side = np.linspace(-2, 2, 81, dtype=np.float32)
    z = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)

    def decoded(points: NDArray[np.float32]) -> NDArray[np.float64]:
        found = decode_codes(run.state.parameters, run.config, points)
        return found.reshape(len(points), 2).astype(np.float64)

    across, up = (decoded(z + step * e) - decoded(z - step * e) for e in np.eye(2, dtype=z.dtype))
    area = across[:, 0] * up[:, 1] - across[:, 1] * up[:, 0]
    assert abs(np.sign(area).sum()) == len(z)  # of one orientation everywhere
