"""The ready trained run is what its configuration says it is."""

import numpy as np
import pytest

from core.dataset import load_dataset
from core.pretrained import VAE_TRAIN_STEPS, pretrained_spectrum, pretrained_vae
from core.run import MAX_RUN_BYTES, Budget
from core.training import advance
from core.vae.config import EVALUATION_ROWS, VAEConfig, VAEControls
from core.vae.theory import data_spectrum


def test_the_ready_run_is_of_the_default_configuration_and_goes_on() -> None:
    run = pretrained_vae()
    assert run is not None, "the stored run is of another configuration: python -m core.pretrained"
    assert run.config == VAEConfig()
    assert run.controls == VAEControls()
    assert run.step == VAE_TRAIN_STEPS
    assert run.nbytes < MAX_RUN_BYTES
    later = run.continued_by(advance(run.bare(), run.controls, Budget(steps=128)))
    assert later.history.steps[-1] == run.step + 128
    before, after = later.history["elbo/held_out"][-3], later.history["elbo/held_out"][-1]
    assert abs(after - before) < 0.1 * abs(before)


def test_the_stored_spectrum_is_that_of_the_data() -> None:
    data = load_dataset(VAEConfig().dataset)
    expected = data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])
    stored = pretrained_spectrum()
    assert stored is not None
    np.testing.assert_allclose(stored.eigenvalues, expected.eigenvalues, rtol=1e-6, atol=1e-9)
    # Beyond the rank of the data the eigenvectors are arbitrary: only the sum is determined.
    top = slice(0, 100)
    np.testing.assert_allclose(stored.held_out[top], expected.held_out[top], rtol=1e-6)
    assert stored.held_out.sum() == pytest.approx(expected.held_out.sum(), rel=1e-9)
