"""Which words of the VAE lesson's experiments and script are proved by which assertion."""

import vae_claims_plane as plane
import vae_claims_terms as terms
from claims import Proof
from vae_evidence import evidence

__all__ = ["PROOFS", "evidence"]

PROOFS = (
    Proof(
        of="presets.start",
        decisive="ellipses",
        claims={
            "From random weights": plane.starts_at_random,
            "the latent plane sorts ten digits": plane.sorts_the_digits,
            "that it has no labels of": plane.knows_no_labels,
            "The ellipses, one standard deviation of q(z|x), end far smaller than the prior's "
            "circle": plane.ellipses_are_small,
        },
    ),
    Proof(
        of="presets.collapse",
        decisive="beta",
        claims={
            "β = 500": plane.beta_is_500,
            "no direction of the data is worth its KL": plane.no_direction_is_worth_its_kl,
            "Codes and ellipses fall onto the prior": plane.codes_and_ellipses_are_the_prior,
            "every image becomes the mean image": plane.every_image_is_the_mean,
        },
    ),
    Proof(
        of="presets.holes",
        decisive="mode",
        claims={
            "A plain autoencoder, without sampling and KL": plane.has_neither_sampling_nor_kl,
            "reconstructs about as well": plane.reconstructs_about_as_well,
            (
                "But half of its codes lie outside of the prior's 3σ circle"
            ): plane.half_of_the_codes_lie_outside,
            "among the prior samples hardly a 0, 1 or 2": plane.rare_digits_are_hardly_sampled,
        },
    ),
    Proof(
        of="presets.ppca",
        decisive="net",
        claims={
            "A linear VAE": terms.is_linear,
            (
                "meets the exact answer: every curve lands on its dashed line"
            ): terms.lands_on_its_lines,
        },
    ),
    Proof(
        of="presets.threshold",
        decisive="beta",
        claims={
            "Ten linear dimensions, βσ² = 0.5": terms.ten_linear_dimensions_at_half,
            "only the three eigenvalues above it stay alive": terms.only_three_live,
            "each near its dashed rate": terms.bars_are_near_their_rates,
        },
    ),
    Proof(
        of="presets.one_knob",
        decisive=("beta", "s2"),
        claims={
            "β = 10, σ² = 0.005: the same βσ² as in *Digits in the plane*": plane.same_weight,
            "From the same seed all but the same latent plane": plane.same_plane,
            "another ELBO": plane.another_elbo,
        },
        asides=("Start that one first: it stays, faded.",),
    ),
    Proof(
        of="presets.sigma",
        decisive="var",
        claims={
            "The σ-VAE sets σ² to the mean squared error": terms.variance_is_the_mean_error,
            "watch σ² fall and the KL rise": terms.variance_falls_and_the_kl_rises,
        },
    ),
    Proof(
        of="presets.wide",
        decisive=("latent", "width"),
        claims={
            "L = 20: all twenty dimensions live, as in the linear optimum": terms.all_twenty_live,
            "but share the nats more evenly than its dashed rates": terms.rates_are_more_even,
        },
    ),
    Proof(
        of="presets.moons",
        decisive="s2",
        claims={
            "Data in the plane": terms.data_are_in_the_plane,
            "the decoded grid is a mesh that bends onto the two moons": terms.mesh_lies_on_moons,
            "without a fold in the prior's bulk": terms.mesh_has_no_fold,
        },
    ),
    Proof(
        of="presets.diverge",
        decisive="opt",
        claims={
            (
                "SGD with a learning rate of 0.005, where 0.004 still learns"
            ): terms.steps_where_less_still_learns,
            "the ELBO falls faster and faster": terms.falls_faster_and_faster,
            "and within ten steps the loss leaves the finite numbers": terms.ends_in_no_number,
            "The run stops there, and says so": terms.stops_at_the_last_finite_step,
        },
    ),
    Proof(
        of="script.1",
        decisive="ellipses",
        claims={
            "Mostly together": plane.mostly_together,
            "neighbours in $z$ decode to similar images": plane.neighbours_decode_alike,
            (
                "4, 7 and 9 share a region: they share their strokes"
            ): plane.four_seven_and_nine_share_a_region,
            "The ellipses of $q(z|x)$ are far smaller than the prior": plane.ellipses_are_small,
            "a code says much about its image": plane.says_much_of_its_image,
            (
                "Pixels tell them apart: images that look alike get neighbouring codes"
            ): plane.similar_images_are_neighbours,
            "Every code is pulled to the same prior: the regions touch, and many a neighbour is "
            "another digit": plane.regions_touch,
            "Pixels know nothing of the order of numbers: 4 and 9 lie side by side, 0 and 1 far "
            "apart": plane.four_and_nine_are_neighbours,
        },
    ),
    Proof(
        of="script.2",
        decisive=("beta", "s2"),
        claims={
            r"It stays: the optimum depends on $\beta\sigma^2$ only": plane.same_plane,
            (
                r"The reported ELBO differs, because it uses $\sigma^2$ alone"
            ): plane.elbo_uses_the_variance_alone,
            (
                r"The squared error weighs ten times as much, too: it is divided by $2\sigma^2$"
            ): plane.both_terms_weigh_ten_times_as_much,
            "The KL weighs ten times as much, too: the two cancel": plane.same_weight,
            "The seed is the same, and Adam divides a common factor out of its steps: the two "
            "runs begin alike and stay close": plane.begins_alike_and_stays_close,
        },
    ),
    Proof(
        of="script.3",
        decisive="beta",
        claims={
            (
                r"Here $\beta\sigma^2 = 25$ exceeds the largest eigenvalue of MNIST (about 5)"
            ): plane.weight_exceeds_the_largest_eigenvalue,
            "even the best linear model keeps no dimension": plane.linear_keeps_none,
            "Every code is the prior itself": plane.codes_are_the_prior,
            (
                "the decoder then sees noise and answers with the mean image"
            ): plane.every_image_is_the_mean,
            "Closer costs less, but not nothing: here not even the first direction is worth its "
            "price": plane.no_direction_is_worth_its_kl,
            "The decoder still wants a small squared error: without a code the best answer is the "
            "mean, not noise": plane.mean_is_the_best_single_image,
            "A code that follows the prior strictly says nothing about its image: there is "
            "nothing to draw sharply": plane.codes_are_the_prior,
        },
    ),
    Proof(
        of="script.4",
        decisive="mode",
        claims={
            (
                "The codes of 0, 1 and 2 spread to places where the prior hardly looks"
            ): plane.rare_digits_lie_outside,
            (
                "together they are three tenths of the data "
                "and less than a twentieth of the samples"
            ): plane.three_tenths_and_a_twentieth,
            "What is trained does not know that there is a prior": plane.trains_without_a_prior,
            "Nothing pulls the codes to the prior: half of them lie outside of its 3σ circle, "
            "where samples hardly ever fall": plane.half_of_the_codes_lie_outside,
            "The squared error is about that of the VAE, and the samples are no nearer to real "
            "digits": plane.samples_are_no_nearer,
            "Codes enough lie near the centre, too: the decoder knows that place, and the samples "
            "are readable": plane.centre_is_known,
        },
    ),
    Proof(
        of="script.5",
        decisive="beta",
        claims={
            r"As many as eigenvalues above $\beta\sigma^2$": terms.only_three_live,
            (
                r"each near $\tfrac12\log(\lambda_j/\beta\sigma^2)$"
            ): terms.bars_are_near_the_formula,
            (
                "Collapse is no accident of training: the best linear model keeps no more"
            ): terms.bars_are_near_their_rates,
            (
                "A dimension that explains less than its price is given up: seven bars are at zero"
            ): terms.seven_are_at_zero,
            (
                "For three directions the saved error is worth more than their KL"
            ): terms.three_save_more_than_they_cost,
            "The rate of a direction grows with its eigenvalue: the bars go down from the first "
            "to the third": terms.bars_go_down,
        },
    ),
)
