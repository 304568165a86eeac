"""Which words of the divergences lesson's experiments are proved by which assertion."""

import divergences_critic_claims as trained
import divergences_exact_claims as that
import divergences_game_claims as game
from claims import Proof

EXPERIMENTS = (
    Proof(
        of="presets.equal",
        decisive="pair",
        claims={
            (
                "Both densities are the same: D* = 0 at every x, R = log 2, and the divergence is "
                "exactly 0"
            ): that.are_equal,
            "The trained D ends less than 0.002 above log 2": trained.ends_at_log_2,
        },
        asides=("there is nothing to learn",),
    ),
    Proof(
        of="presets.wide",
        decisive="pair",
        claims={
            "The generator covers both modes with one wide bump": that.is_high_on_the_modes,
            "D* is above 0 on the modes and below 0 between them": that.is_high_on_the_modes,
            "JS is 0.366 nats, more than half of the most it can be": that.is_more_than_half,
        },
        asides=("and the shaded gap says where the two are told apart",),
    ),
    Proof(
        of="presets.dropped",
        decisive="pair",
        claims={
            "The generator has one of two equal modes": that.one_of_two,
            "The total variation is ½": that.half_is_misplaced,
            "the Jensen–Shannon divergence 0.216 nats": that.js_forgives,
            "KL(p_g‖p_d) 0.693, nearly log 2": that.one_kl_forgives,
            (
                "Only KL(p_d‖p_g) is large, 15.3 nats: it asks for p_g where the dropped mode is"
            ): that.only_the_other_is_large,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.hinge",
        decisive="loss",
        claims={
            (
                "D* of the hinge loss jumps between −1 and 1 where the densities cross"
            ): that.jumps_at_crossings,
            (
                "After 4,000 steps its R is still more than 0.005 above the exact line; the "
                "logistic D is within 0.002 by then"
            ): trained.is_slower_than_the_logistic,
        },
        asides=("and the network is smooth",),
    ),
    Proof(
        of="presets.far",
        decisive=("panel", "theta"),
        claims={
            "The generator stands eight deviations away": that.at_eight,
            "Minimax, the slope of JS is 0.0002: nothing pulls": that.minimax_is_dead,
            "Non-saturating, the logistic loss pulls with 8.00": that.logistic_is_cured,
            "squares with only 0.0012": that.squares_are_not,
            "and the exponential loss explodes: above 10¹¹": that.exponential_explodes,
            "W₁ pulls with 1, as at every distance": that.w1_is_one,
        },
    ),
    Proof(
        of="presets.still",
        decisive="loss",
        claims={
            "The loss that counts errors has slope 0 almost everywhere": trained.stands_still,
            "300 steps go by, and no weight of D has moved": trained.stands_still,
        },
    ),
    Proof(
        of="presets.fifty",
        decisive="source",
        claims={
            "D sees the same 50 points a side again and again": trained.learns_by_heart,
            (
                "On them its R (grey) falls more than 0.05 below the exact line, which no D can "
                "do in truth"
            ): trained.learns_by_heart,
            "its true R(D) ends more than 0.2 above the line": trained.is_worse_in_truth,
        },
    ),
    Proof(
        of="presets.unleashed",
        decisive=("loss", "leash"),
        claims={
            (
                "Nothing holds D: R(D) falls and falls, and before 2,000 steps the run stops with "
                "a sentence"
            ): trained.runs_away,
            (
                "A leash on the slope of D would stop it at −½W₁ = −0.376 instead"
            ): trained.a_leash_holds,
        },
    ),
    Proof(
        of="presets.ring",
        decisive="panel",
        claims={
            "Eight modes on a ring": game.is_the_ring,
            "After 1,500 steps all eight are held": game.all_are_held,
            "R(D) is within 0.02 of log 2": game.says_nothing,
            (
                "Both densities are known exactly, and their JS is above 0.15, farther than "
                "dropping three of the eight"
            ): game.is_far_in_truth,
            "frozen, this generator is found out": game.is_found_out,
        },
        asides=(
            "and",
            "the game says that there is nothing to tell apart",
            "Ask a better judge",
        ),
    ),
    Proof(
        of="presets.stall",
        decisive=("target", "lrd", "lrg", "beta1"),
        claims={
            (
                "A tight ring, a generator four times as fast as D, and a long memory (β1 = 0.9)"
            ): game.is_four_times_as_fast,
            (
                "After 1,000 steps JS is above 0.55, near log 2 = 0.693, the most there is"
            ): game.stalls,
            "fewer than half of the modes are held within 3 s": game.holds_fewer_than_half,
        },
        asides=("and",),
    ),
    Proof(
        of="presets.drops",
        decisive=("target", "lrd", "k"),
        claims={
            (
                "A tight ring and a D that is ahead of G: three steps for each of G, at twice the "
                "rate"
            ): game.is_ahead,
            (
                "After 1,000 steps at most six of the eight modes are held within 3 s, and JS is "
                "above 0.3"
            ): game.drops_modes,
            (
                "Here D says so itself, at least 0.2 nats of it; that alone does not bring the "
                "modes back"
            ): game.is_known_to_the_game,
        },
    ),
)
