"""Which words of the divergences lesson's script are proved by which assertion."""

import divergences_critic_claims as trained
import divergences_exact_claims as that
import divergences_game_claims as game
from claims import Proof

STEPS = (
    Proof(
        of="script.1",
        decisive="pair",
        claims={
            (
                "R = 0 would need a D that is right everywhere, and sure of it"
            ): that.nothing_is_free,
            "That is the 0–1 loss: half of all answers are wrong": that.half_of_all_is_wrong,
            "Only t = p_d/p_g enters f, and t is 1 everywhere": that.depends_on_t_alone,
            (
                "At t = 1 the best answer is D* = 0, and it costs log 2 on either side: R = −½f(1)"
            ): that.costs_log_2_both_ways,
            "The divergence is R(equal) − R, and it is 0": that.are_equal,
        },
    ),
    Proof(
        of="script.2",
        decisive="pair",
        claims={
            (
                "That is for densities that do not overlap at all. On the mode that is left these "
                "do"
            ): that.overlap_on_the_mode_that_is_left,
            (
                "Half of the mass is misplaced, TV = ½, but JS is not linear in it"
            ): that.is_not_linear,
            (
                "KL(p_d‖p_g) nearly is, 15.3 nats: it asks for p_g on the dropped mode. The other "
                "way round, KL(p_g‖p_d) is 0.693"
            ): that.both_kls,
            (
                "On the mode that is left p_g is twice p_d: t = ½. In the middle of the dropped "
                "one t is above 10¹³. The logistic loss forgives that, and so does total "
                "variation: it is ½"
            ): that.is_half_and_huge,
        },
    ),
    Proof(
        of="script.3",
        decisive="loss",
        claims={
            (
                "Its slope is −1 where D is below 1, so it can be trained. The best D is the same "
                "step all the same"
            ): that.hinge_has_a_slope,
            (
                "Wasserstein is −α without an end. Hinge is level from α = 1 on"
            ): that.is_level_beyond_one,
            "D* is −1 or 1 at every x: nothing beyond is better": that.nothing_beyond_is_better,
            (
                "f is −min(1, t) for the one and twice that for the other. Here R is 0.2812 and "
                "0.5623, a factor of 2"
            ): that.differ_by_two,
            (
                "after 4,000 steps the trained D is still more than 0.005 above"
            ): trained.is_slower_than_the_logistic,
        },
        asides=("A step is hard to learn",),
    ),
    Proof(
        of="script.4",
        decisive="loss",
        claims={
            (
                "It need not fall: that of the 0–1 loss is level from t = 1 on"
            ): that.f_is_level_beyond_one,
            (
                "And −α has both signs: f of the Wasserstein loss is ∞ on both sides of t = 1"
            ): that.minus_alpha_has_both_signs,
            "The 0–1 loss is not convex, and its f is": that.needs_no_convex_loss,
            ("The upper edge of straight lines is convex, whatever the lines"): that.f_is_convex,
            (
                "The slope of a line is −ℓ(α): where no loss is below 0 no line rises, and their "
                "edge does not either"
            ): that.f_is_convex,
            (
                "The page checks both on numbers for the loss that is chosen"
            ): that.is_checked_on_numbers,
        },
    ),
    Proof(
        of="script.5",
        decisive=("panel", "theta"),
        claims={
            ("Every loss but W₁ has next to no slope left if G plays minimax"): that.most_are_dead,
            "Minimax its slope is 0.0002": that.minimax_is_dead,
            "Squares pull with 0.0012 only: their D* levels off at ±1": that.squares_level_off,
            (
                "W₁ pulls with 1 from any distance, non-saturating logistic with 8.00: its D* is "
                "log t, which has no end. The exponential loss, too, has a D* without an end, and "
                "explodes: above 10¹¹"
            ): that.who_pulls,
        },
    ),
    Proof(
        of="script.6",
        decisive="source",
        claims={
            (
                "R* is the least over the densities. An average over 50 points can be lower: D "
                "knows them by heart"
            ): trained.learns_by_heart,
            (
                "By quadrature over the densities no D is below R*, at no record"
            ): trained.learns_by_heart,
            "This one is large enough": trained.learns_by_heart,
            (
                "On its points R falls more than 0.05 below the line, and in truth it ends more "
                "than 0.2 above"
            ): trained.is_worse_in_truth,
            "On fresh draws the same network comes within 0.002": trained.fresh_draws_do_not,
        },
    ),
    Proof(
        of="script.7",
        decisive="loss",
        claims={
            (
                "Its R is more than 0.01 above what it could be, and stays there"
            ): trained.errs_more_than_it_must,
            "No weight moves at all": trained.stands_still,
            "A slope of 0 moves nothing, neither up nor away": trained.stands_still,
            "The loss is a step: its slope is 0 almost everywhere": trained.stands_still,
            (
                "The other losses stand in for it because they have one"
            ): trained.others_have_a_slope,
        },
    ),
    Proof(
        of="script.8",
        decisive="panel",
        claims={
            (
                "R = log 2 − JS holds for the best D. This one is always a step behind, and R(D) "
                "says no more than JS ≥ log 2 − R(D)"
            ): game.is_no_bound_from_above,
            (
                "So says the game's D. A sum over the exact densities says more"
            ): game.is_far_in_truth,
            ("Every mode is held by at least 2 % of p_g: much does overlap"): game.all_are_held,
            (
                "More than a tenth of p_g lies between the modes, where hardly any data are"
            ): game.lies_between,
            (
                "after 600 steps alone it has found more than 0.1 nats, and more than five times "
                "what the game said"
            ): game.is_found_out,
        },
        asides=("Freeze the generator and ask a better judge",),
    ),
    Proof(
        of="script.9",
        decisive=("loss", "leash"),
        claims={
            "That is where a leash on the slope would stop it": trained.a_leash_holds,
            "R(D) = 0 is where D tells nothing apart": trained.tells_nothing_apart,
            ("Wherever t is not 1 the same direction pays for ever"): trained.pays_for_ever,
            "Twice the D earns twice as much, so there is no best one": trained.pays_for_ever,
            ("Before 2,000 steps the numbers are so large that the run stops"): trained.runs_away,
            "With slopes of at most 1 the least R is −½W₁": trained.a_leash_holds,
        },
    ),
)
