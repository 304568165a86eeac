"""What proves the sentences of the flow lesson (``claims.py``)."""

import facts_flow_course as course
import facts_flow_fold as fold
import facts_flow_linear as linear
import facts_flow_trained as trained
from claims import Proof
from flow_evidence import evidence

__all__ = ["PROOFS", "evidence"]

PROOFS = (
    Proof(
        of="presets.cumulative",
        decisive="layer",
        claims={
            "x₁ = z₁, x₂ = z₁ + z₂": linear.is_the_cumulative_sum,
            "the grid shears": linear.shears,
            "every cell keeps its area": linear.keeps_areas,
            "det J = 1": linear.has_determinant_one,
            "coloured by log |det J|: all white": linear.is_all_white,
        },
    ),
    Proof(
        of="presets.affine",
        decisive="coupling",
        claims={
            "By hand: scale, shift and coupling.": linear.is_set_by_hand,
            "the Jacobian's diagonal is exp of the log-scale": (
                linear.has_exp_of_the_log_scale_on_the_diagonal
            ),
            "the coupling stays below it": linear.has_the_coupling_below,
            "and does not count": linear.does_not_count_the_coupling,
        },
        asides=("Move them",),
    ),
    Proof(
        of="presets.one_affine",
        decisive="layer",
        claims={
            "However long it trains: given x₁, an affine layer makes x₂ Gaussian, one hump": (
                trained.makes_one_gaussian
            ),
            "and two moons have two": trained.target_has_two_humps,
            "The NLL (negative log-likelihood) stops at the upper, thin dashed line": (
                trained.stops_at_the_limit
            ),
            "0.75 nats above its floor": trained.says_how_far_above,
        },
    ),
    Proof(
        of="presets.spline",
        decisive="k",
        claims={
            "One layer, too, but one that bends": trained.is_one_layer,
            "given x₁, a spline splits x₂ into two humps": trained.splits_into_two_humps,
            "The NLL (negative log-likelihood) falls to within a few hundredths of a nat of the "
            "dashed floor": trained.comes_near_the_floor,
        },
    ),
    Proof(
        of="presets.stack",
        decisive=("layer", "k"),
        claims={
            "Five affine layers, the two dimensions exchanged in between (a flip)": (
                trained.is_five_layers_with_flips
            ),
            "each bends what the last one kept straight": trained.bends_what_was_straight,
            "The KL to the target falls below the thin dashed line, the best that any number of "
            "affine layers can do without flips": trained.falls_below_the_limit,
        },
        asides=("Play the walk",),
    ),
    Proof(
        of="presets.no_flips",
        decisive="between",
        claims={
            "The same five layers, never exchanged": trained.is_the_same_without_flips,
            "x₁ is an affine map of z₁, a Gaussian for ever": trained.keeps_x1_affine,
            "and no depth helps: the KL stays at the thin dashed line": trained.stops_at_the_limit,
            "where one layer stops, too": trained.one_layer_stops_there_too,
        },
    ),
    Proof(
        of="presets.fold",
        decisive="layer",
        claims={
            "τ(z) = z + a sin(bz) with ab > 1 is not monotone": fold.is_not_monotone,
            "the sheet folds over itself": fold.folds_over_itself,
            "several z share one x": fold.several_share_one,
            "and a density from one of them misses mass (at the right)": fold.one_root_misses_mass,
            "up to ab = 1 nothing folds": fold.nothing_folds_up_to_one,
        },
        asides=("Slide a, on the left",),
    ),
    Proof(
        of="presets.fast_slow",
        decisive="on",
        claims={
            "Conditioned on z, a flow samples in one pass of each layer and evaluates in D": (
                course.samples_in_one_and_evaluates_in_d
            ),
            "training asks for the slow direction at every step": (
                course.training_asks_for_the_slow_direction
            ),
            "Under *A closer look* its training steps per second stand beside those of the same "
            "flow conditioned on x": course.is_slower_and_shown,
        },
    ),
    Proof(
        of="presets.square",
        decisive="base",
        claims={
            "Splines on [0, 1] map the square onto itself": course.maps_the_square_onto_itself,
            "a checkerboard with its edges": course.has_the_edges_of_the_board,
        },
    ),
    Proof(
        of="presets.america",
        decisive="target",
        claims={
            "33,109 places": course.is_a_table_of_places,
            "of them 20,000 to train on, 10,000 held out": course.are_split,
            "Their density is unknown: no dashed line to reach": course.has_no_known_density,
            "but held-out points to be honest about": course.has_held_out_points,
        },
    ),
    Proof(
        of="presets.yours",
        decisive="target",
        claims={
            "Three Gaussians that you move": course.has_centres_to_move,
            "wherever they are, their density is known, and with it the floor": (
                course.floor_is_known_wherever_they_are
            ),
        },
        asides=("Drag the rings in the right picture, press ⟲ Reset, then ▶ Train",),
    ),
    Proof(
        of="script.1",
        decisive="layer",
        claims={
            "It is a shear: all cells lean, none grows or shrinks.": linear.leans_but_keeps_areas,
            r"$\det J = 1$": linear.has_determinant_one,
            r"and the picture of $\log|\det J|$ is all white": linear.is_all_white,
            "x₂ has twice the variance of z₂, but it leans with x₁": (
                linear.has_twice_the_variance_but_leans
            ),
            "the cells get longer and thinner at once": linear.gets_longer_and_thinner,
            "Where z₁ + z₂ is near 0 depends on the point": linear.cancels_depending_on_the_point,
            "the Jacobian is the same matrix everywhere": linear.shears,
            "The map is linear, so it does the same to every cell, wherever it lies": (
                linear.leans_but_keeps_areas
            ),
        },
    ),
    Proof(
        of="script.2",
        decisive="layer",
        claims={
            "Given $x_1$, the layer shifts and scales one Gaussian: one hump.": (
                trained.makes_one_gaussian
            ),
            "The moons have two above one another.": trained.target_has_two_humps,
            "The upper, thin dashed line is the best that any such layer can do": (
                trained.never_passes_the_limit
            ),
            "and there the NLL stays": trained.stops_at_the_limit,
            "The floor asks for the right density of x₂ for every x₁, and that has two humps "
            "where the moons overlap": trained.target_has_two_humps,
            "A wider network gives other scales and shifts; whatever they are, x₂ given x₁ stays "
            "one Gaussian": trained.wider_is_no_better,
            "The mean of −log p(x) over the target is never below its entropy: what is missing is "
            "a KL (Kullback–Leibler divergence), and that is never negative": (
                trained.entropy_is_the_floor
            ),
        },
    ),
    Proof(
        of="script.3",
        decisive="between",
        claims={
            "$x_1$ is an affine map of $z_1$, hence Gaussian, and given $x_1$ so is $x_2$, "
            "through any number of layers.": trained.keeps_both_gaussian,
            "The KL stays at the thin dashed line.": trained.stops_at_the_limit,
            "With a flip between layers the same five get well below it": trained.flips_get_below,
            "Five affine maps of the same z₁, one after the other, are one affine map: depth adds "
            "nothing new to x₁": trained.is_one_affine_map,
            "More steps do not help: no parameters of these layers give x₂ two humps for one x₁": (
                trained.makes_one_hump_of_two
            ),
            "One layer is a special case of five: four can leave everything as it is": (
                trained.can_be_the_identity
            ),
        },
        asides=("compare *Stacking and flips*",),
    ),
    Proof(
        of="script.4",
        decisive="layer",
        claims={
            "The mass of the other roots is lost: both integrals stand at the right.": (
                fold.one_root_misses_mass
            ),
            "The sum over all roots has integral 1": fold.all_roots_have_integral_one,
            "but then every evaluation has to find all roots, in every dimension": (
                fold.all_roots_in_every_dimension
            ),
            "A τ that only falls would be fine, too": fold.a_falling_one_is_fine,
            "The formula gives a density only if each x comes from one z: here several do, and "
            "only one is counted": fold.one_counts_only_one,
            "Each z is counted once at most, so no mass can be counted twice": (
                fold.no_mass_is_counted_twice
            ),
            "Where the slope is 0 the density is infinite, but like one over a square root: its "
            "integral is finite": fold.infinite_but_integrable,
        },
        asides=("tick *Falling* in *The fold* under *A closer look* and take ab below 1",),
    ),
    Proof(
        of="script.5",
        decisive="on",
        claims={
            "A step evaluates the density of a batch, and conditioned on z that takes D passes of "
            "each layer, one after the other.": course.training_asks_for_the_slow_direction,
            "In two dimensions it is a factor": course.falls,
            "in the right chart it grows with D": course.grows_with_d,
            "Training draws no samples: it evaluates the density of data, the other direction": (
                course.training_asks_for_the_slow_direction
            ),
            "The parameters are as many, but they are used D times one after the other": (
                course.has_as_many_parameters
            ),
            "A step costs the same at the beginning and at the end": (
                course.every_step_costs_the_same
            ),
        },
    ),
)
