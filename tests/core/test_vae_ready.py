"""The ready trained run is what its configuration says it is."""

import hashlib

import numpy as np
import pytest

from core.dataset import load_dataset
from core.run import MAX_RUN_BYTES, Budget
from core.training import advance
from core.vae.config import EVALUATION_ROWS, VAEConfig, VAEControls
from core.vae.inference import picture
from core.vae.ready import NUM_CODES, VAE_TRAIN_STEPS, ready_codes, ready_spectrum, ready_vae
from core.vae.theory import data_spectrum


def test_the_ready_run_is_of_the_default_configuration_and_goes_on() -> None:
    run = ready_vae()
    assert run is not None, "the stored run is of another configuration: python -m core.vae.ready"
    assert run.config == VAEConfig()
    assert run.controls == VAEControls()
    assert run.step == VAE_TRAIN_STEPS
    assert run.nbytes < MAX_RUN_BYTES
    later = run.continued_by(advance(run.bare(), run.controls, Budget(steps=128)))
    assert later.history.steps[-1] == run.step + 128
    before, after = later.history["elbo/held_out"][-3], later.history["elbo/held_out"][-1]
    assert abs(after - before) < 0.1 * abs(before)


def test_the_ready_vae_is_frozen() -> None:
    """Lessons are built on these very parameters: their checks hold numbers that follow from them.

    If this fails, the file was made anew; do not change the hash, put the old file back.
    """
    run = ready_vae()
    assert run is not None
    assert run.state.parameters.dtype == np.float32
    found = hashlib.sha256(run.state.parameters.tobytes()).hexdigest()
    assert found == "3c0d73866a82e2c54074ec9252ed50fe798add436c2f0c883f8173663df1b2dd"


def test_the_stored_codes_are_those_of_the_ready_vae() -> None:
    run = ready_vae()
    assert run is not None
    codes = picture(run.state.parameters, run.config, NUM_CODES, (), 1).mean
    np.testing.assert_allclose(ready_codes(), codes, atol=1e-4)


def test_the_stored_spectrum_is_that_of_the_data() -> None:
    data = load_dataset(VAEConfig().dataset)
    expected = data_spectrum(data.x_train, data.x_test[:EVALUATION_ROWS])
    stored = ready_spectrum()
    assert stored is not None
    np.testing.assert_allclose(stored.eigenvalues, expected.eigenvalues, rtol=1e-6, atol=1e-9)
    # Beyond the rank of the data the eigenvectors are arbitrary: only the sum is determined.
    top = slice(0, 100)
    np.testing.assert_allclose(stored.held_out[top], expected.held_out[top], rtol=1e-6)
    assert stored.held_out.sum() == pytest.approx(expected.held_out.sum(), rel=1e-9)
