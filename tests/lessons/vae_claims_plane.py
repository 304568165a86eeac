"""What sentences claim of the latent plane of digits: each is one assertion on a run.

``claims_vae`` says which words each of them proves.
"""

import inspect

import numpy as np
from vae_evidence import Found, distances, evidence, shows

from core.vae import training
from core.vae.config import VAEControls
from dashboard.lessons.vae.lesson import LESSON, PRESETS, configure

# Digits in the plane


def starts_at_random(found: Found) -> None:
    assert found.alike(found.first_codes) < 0.3


def sorts_the_digits(found: Found) -> None:
    assert len(found.data.classes) == 10
    assert found.config.latent_dim == 2
    assert found.alike(found.picture.mean) > 0.5


def knows_no_labels(found: Found) -> None:
    assert "y_train" not in inspect.getsource(training)
    assert found.run.step == PRESETS["start"].train_steps


def ellipses_are_small(found: Found) -> None:
    shows(found, ellipses=True)
    assert np.quantile(found.widths, 0.99) < 0.5


def says_much_of_its_image(found: Found) -> None:
    ellipses_are_small(found)
    assert found.last("kl/held_out") > 3


def neighbours_decode_alike(found: Found) -> None:
    codes = found.picture.mean[:400]
    images = found.decoded(codes)
    apart = np.triu_indices(len(codes), 1)
    z, x = distances(codes, codes)[apart], distances(images, images)[apart]
    near = z < np.quantile(z, 0.05)
    assert x[near].mean() < 0.5 * x[~near].mean()


def mostly_together(found: Found) -> None:
    assert found.alike(found.picture.mean) > 0.5


def similar_images_are_neighbours(found: Found) -> None:
    images, codes = found.data.x_train[:1000], found.picture.mean[:1000]
    away = distances(images, images)
    np.fill_diagonal(away, np.inf)
    z = distances(codes, codes)
    nearest = z[np.arange(len(z)), away.argmin(1)]
    assert nearest.mean() < 0.5 * z.mean()


def regions_touch(found: Found) -> None:
    assert found.alike(found.picture.mean) < 0.9


def four_and_nine_are_neighbours(found: Found) -> None:
    assert found.between_classes[4, 9] < 0.5
    assert found.between_classes[0, 1] > 1.5


def four_seven_and_nine_share_a_region(found: Found) -> None:
    away = found.between_classes
    assert max(away[4, 9], away[4, 7], away[7, 9]) < 1


# One knob


def start_run() -> Found:
    """Digits in the plane."""
    preset = PRESETS["start"]
    return evidence(dict(LESSON.defaults) | dict(preset.choices), preset.train_steps)


def same_weight(found: Found) -> None:
    _, usual = configure(start_run().choices)
    assert found.controls.effective_weight == usual.effective_weight
    assert (found.controls.kl_weight, found.controls.decoder_variance) == (10, 0.005)


def same_plane(found: Found) -> None:
    mine, usual = found.picture.mean, start_run().picture.mean
    assert found.config.seed == start_run().config.seed
    assert np.sqrt(np.square(mine - usual).mean()) < 0.25 * usual.std()


def begins_alike_and_stays_close(found: Found) -> None:
    early = [
        next(one.parameters for one in run.run.history.snapshots if one.step == 16)
        for run in (found, start_run())
    ]
    assert np.linalg.norm(early[0] - early[1]) < 1e-2 * np.linalg.norm(early[1])
    assert found.config.optimizer == "adam"
    same_plane(found)


def another_elbo(found: Found) -> None:
    assert abs(found.last("elbo/held_out") - start_run().last("elbo/held_out")) > 100


def both_terms_weigh_ten_times_as_much(found: Found) -> None:
    usual = VAEControls()
    assert np.isclose(usual.decoder_variance / found.controls.decoder_variance, 10)
    assert np.isclose(found.controls.kl_weight / usual.kl_weight, 10)


def elbo_uses_the_variance_alone(found: Found) -> None:
    variance, d = found.controls.decoder_variance, found.data.data_dim
    fit = -found.last("squared_error/held_out") / (2 * variance)
    elbo = fit - d / 2 * np.log(2 * np.pi * variance) - found.last("kl/held_out")
    assert np.isclose(elbo, found.last("elbo/held_out"), rtol=1e-4)
    another_elbo(found)


# Posterior collapse


def beta_is_500(found: Found) -> None:
    assert found.controls.kl_weight == 500


def no_direction_is_worth_its_kl(found: Found) -> None:
    assert found.eigenvalues[0] < found.controls.effective_weight


def codes_are_the_prior(found: Found) -> None:
    assert np.abs(found.picture.mean).max() < 0.1
    np.testing.assert_allclose(found.widths, 1.0, atol=0.05)
    assert found.last("kl/held_out") < 0.02


def codes_and_ellipses_are_the_prior(found: Found) -> None:
    shows(found, ellipses=True)
    codes_are_the_prior(found)


def every_image_is_the_mean(found: Found) -> None:
    grid = np.stack(np.meshgrid(*[np.linspace(-2, 2, 9)] * 2), -1).reshape(-1, 2)
    mean = found.data.x_train.mean(0)
    for images in (found.decoded(grid), found.picture.reconstructions):
        assert np.sqrt(np.square(images - mean).sum(1)).max() < 1.0


def weight_exceeds_the_largest_eigenvalue(found: Found) -> None:
    assert found.controls.effective_weight == 25 > found.eigenvalues[0]
    assert abs(found.eigenvalues[0] - 5) < 0.2


def linear_keeps_none(found: Found) -> None:
    assert not found.linear().active.any()


def mean_is_the_best_single_image(found: Found) -> None:
    every_image_is_the_mean(found)
    x, mean = found.data.x_train, found.data.x_train.mean(0)
    assert np.square(x - mean).sum(1).mean() < np.square(x - x[:1]).sum(1).mean()


# A prior that misses digits

RARE = (0, 1, 2)


def has_neither_sampling_nor_kl(found: Found) -> None:
    assert not found.config.is_variational


def outside_of_three(found: Found) -> np.ndarray:
    """Which codes lie further from the prior's mean than three standard deviations."""
    return np.linalg.norm(found.picture.mean, axis=1) > 3


def half_of_the_codes_lie_outside(found: Found) -> None:
    assert 0.45 < outside_of_three(found).mean() < 0.6


def share_of_rare(found: Found) -> float:
    """The share of prior samples that show one of the rare digits."""
    return float(np.isin(found.shown(found.picture.samples), RARE).mean())


def rare_digits_are_hardly_sampled(found: Found) -> None:
    assert share_of_rare(found) < 0.05
    assert abs(np.isin(found.data.y_train, RARE).mean() - 0.3) < 0.005


def rare_digits_lie_outside(found: Found) -> None:
    rare = np.isin(found.code_labels, RARE)
    assert outside_of_three(found)[rare].mean() > 0.8


def reconstructs_about_as_well(found: Found) -> None:
    usual = start_run().last("squared_error/held_out")
    assert abs(found.last("squared_error/held_out") / usual - 1) < 0.05


def samples_are_readable(found: Found) -> None:
    """As near to a training image as a held-out digit is."""
    known = found.data.x_train[:4000]
    nearest = [distances(x, known).min(1).mean() for x in (found.picture.samples, found.held_out)]
    assert nearest[0] < 1.05 * nearest[1]


def samples_are_no_nearer(found: Found) -> None:
    reconstructs_about_as_well(found)
    known = found.data.x_train[:4000]
    mine, usual = (
        distances(one.picture.samples, known).min(1).mean() for one in (found, start_run())
    )
    assert mine > usual


def centre_is_known(found: Found) -> None:
    codes = found.picture.mean
    draws = np.random.default_rng(0).standard_normal((500, 2))
    assert (distances(draws, codes).min(1) < 0.5).mean() > 0.95
    samples_are_readable(found)


def three_tenths_and_a_twentieth(found: Found) -> None:
    rare_digits_lie_outside(found)
    assert abs(np.isin(found.data.y_train, RARE).mean() - 3 / 10) < 0.005
    assert share_of_rare(found) < 1 / 20


def trains_without_a_prior(found: Found) -> None:
    history = found.run.history
    np.testing.assert_array_equal(history["objective/train"], history["log_likelihood/train"])
