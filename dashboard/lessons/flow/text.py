"""The words of the flow lesson, in the symbols and colours of its pictures."""

from dashboard.lessons.vae.text import ScriptStep

EXPLANATION = r"""
**The model.** A base density $p_Z$ that is easy to draw from, and an invertible map $x = f(z)$.
One layer computes each number from its own $z_i$ and from those before it:

$$
x_i = \tau(z_i;\, h_i), \qquad h_i = c_i(z_1, \dots, z_{i-1})
$$

(or $c_i(x_1, \dots, x_{i-1})$: MAF). τ is the *transformer*, $c_i$ the *conditioner*. Volume that
grows is paid with density:

$$
\log p_X(x) = \log p_Z(z) - \log|\det J|
$$

$$
\log|\det J| = \sum_{\text{layers}}\sum_i \log\left|\frac{\partial\tau}{\partial z_i}\right|
$$

The probe fills in these numbers at the point that you drag.

**Why is the Jacobian triangular?** (PIMA-6, first question.) $x_i$ depends on $z_1 … z_i$ only, so
$\partial x_i/\partial z_j = 0$ for $j > i$: the zeros above the diagonal in each layer's matrix
under the map. A triangular determinant is the product of its diagonal: D multiplications, not the
$D^3$ of a general one (*Cost*, left). After a flip the *composite* is full, but its
log-determinant is still the sum over layers. For the cumulative sum every diagonal entry is 1,
so $\det J = 1$ (*Cumulative sum*).

**Why must τ be monotone?** (Second question.) So that each $x_i$ comes from one $z_i$, whatever
$h_i$ is. Break it: with $\tau(z) = z + a\sin(bz)$ and $ab > 1$ the curve folds, several $z$ share
one $x$, and a formula that looks at one of them loses the mass of the others: it no longer
integrates to one. The sum over all roots does (*Break it*; both integrals are shown).

**Which direction is cheap?** (Third question.) Conditioned on $z$, all $h_i$ are there at
once when a sample is asked for; to evaluate a given $x$ they are found one after the
other, D passes. Conditioned on $x$ (MAF) it is the other way round; as training evaluates
densities, that is the default here. See the two diagrams in *Cumulative sum* and the right half
of *Cost*.

**What is trained** is the likelihood, $\max \sum_n \log p_X(x_n)$. The negative log-likelihood
(NLL), averaged over the target, cannot fall below its entropy, the dashed **exact** line; what is
missing to it is $\mathrm{KL}(\text{target}\|\text{flow})$. On 2,000 points the NLL scatters
around its mean, and on training points it may dip below the line: that is learning by heart. The
KL is measured on the same held-out points for target and flow, so it is known more precisely than
either. A gradient longer than 1 is shortened to 1: one point far out in a tail would otherwise
throw a deep flow off.

**The walk.** Inside a layer every point moves straight from its input to its output. A flip
exchanges the dimensions; points that moved straight there would all pass the diagonal, so the
plane is turned instead, and an axis that then points down says so.

*Sources: PIMA homework 6; Durkan et al. 2019 (spline); Germain et al. 2015 (MADE); Papamakarios et
al. 2017 (MAF).*
"""

SCRIPT = (
    ScriptStep(
        predict="Each x is the sum of all z so far. What happens to the area of a cell?",
        preset="cumulative",
        explain="Nothing: a shear. All cells lean, none grows. $\\det J = 1$, and the picture of "
        "$\\log|\\det J|$ stays white.",
    ),
    ScriptStep(
        predict="Can one affine layer make two moons, if it only trains long enough?",
        preset="one_affine",
        explain="No. Given $x_1$, it shifts and scales a Gaussian: one hump. The moons have two "
        "above one another, and the NLL stays above the dashed line.",
    ),
    ScriptStep(
        predict="Five affine layers, never flipped. Better than one?",
        preset="no_flips",
        explain="Hardly: $x_1$ is always an affine map of $z_1$, a Gaussian. Dimensions that are "
        "never exchanged never learn from each other both ways. Compare *Stacking and flips*.",
    ),
    ScriptStep(
        predict="Let τ go down a little in the middle. Does the density still integrate to one?",
        preset="fold",
        explain="Not with one root: the mass of the other roots is lost. With all of them it "
        "does, but then every evaluation has to find all roots, in every dimension.",
    ),
    ScriptStep(
        predict="Conditioned on z instead of x: what happens to the steps per second?",
        preset="fast_slow",
        explain="They fall: training evaluates densities, which now takes D passes, one after the "
        "other. In two dimensions it is a factor, in 256 a wall.",
    ),
)
