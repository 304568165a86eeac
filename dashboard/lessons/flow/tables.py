"""Tables behind the pictures of a flow."""

import pandas as pd

from core.flow.answers import MapPicture
from core.flow.lattice import log_abs_det


def lattice_table(picture: MapPicture) -> pd.DataFrame:
    """The lattice of the map: where each point goes, and by how much area grows there (nats)."""
    z, x = picture.base, picture.outputs[-1]
    grown = log_abs_det(picture)
    return pd.DataFrame(
        {"z1": z[:, 0], "z2": z[:, 1], "x1": x[:, 0], "x2": x[:, 1], "log_abs_det": grown}
    )
