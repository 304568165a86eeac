"""Names of handles, colours and sizes that several pictures of the lesson share."""

from dashboard.theme import ROLE_COLORS

DATA, MODEL = ROLE_COLORS["data"], ROLE_COLORS["generator"]
CRITIC = ROLE_COLORS["discriminator"]

SIDES = {"d": DATA, "g": MODEL}
"""The first letter of a handle's name, and the colour of its density."""

SHOULDER = "s"
"""The last letter of the name of a handle that moves a width."""

PLACE = "x"
"""The handle of the place that is looked at."""

ALPHA = "alpha"
"""The handle of the answer that is looked at."""

STALE = 0.35
"""How strong that is drawn which was trained on something else."""

NODES = 481
"""Places on the stretch that is seen."""

FARTHEST = 18.0
"""No component reaches beyond this with four of its deviations."""

ALPHAS = (-4.0, 4.0)
"""What the sweep goes through."""

STEP = 0.5
"""From one line of the sweep to the next."""

CURVE = 161
"""Places along a curve over α or t."""

MOST_T = 4.0
"""The ratio is drawn up to this."""

MOST_LOG_T = 300.0
"""Its logarithm is cut off here: the ratio of two densities can leave the finite numbers."""

LARGE_T = 1000.0
"""From here on costs are drawn in units of the ratio: they would be all zeros."""

PICTURE = "gan_picture"
"""The question of the picture of the GAN."""
