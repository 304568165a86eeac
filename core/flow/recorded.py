"""What the ready flow does to a lattice, recorded for a server without torch.

``python -m core.flow.recorded`` records it anew, after ``core.flow.ready``; that the record is of
the shipped flow is checked by ``test_the_recorded_map_is_that_of_the_ready_flow``.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.flow.ready import ready_flow
from core.ready import load_arrays

MAP_FILE = Path(__file__).resolve().parent.parent / "data" / "flow_moons_map.npz"
SIDE = 17
NUM_SAMPLES = 400

Array = NDArray[np.float32]


def map_of_ready_flow() -> tuple[Array, Array]:
    """The carried lattice ``[SIDE, SIDE, 2]`` and draws ``[NUM_SAMPLES, 2]``, computed.

    Raises:
        FileNotFoundError: when no ready flow is shipped.
    """
    from core.flow.inspection import map_picture  # brings torch, which readers do not need

    run = ready_flow()
    if run is None:
        raise FileNotFoundError("there is no ready flow: run `python -m core.flow.ready` first")
    picture = map_picture(run.state.parameters, run.config, SIDE, NUM_SAMPLES)
    return picture.outputs[-1].reshape(SIDE, SIDE, 2), picture.samples


@lru_cache(maxsize=1)
def recorded_map() -> tuple[Array, Array] | None:
    """The same from its file; ``None`` where it is absent."""
    if not MAP_FILE.exists():
        return None
    lattice, samples = load_arrays(MAP_FILE, "lattice", "samples")
    return lattice, samples


if __name__ == "__main__":
    lattice, samples = map_of_ready_flow()
    np.savez_compressed(MAP_FILE, allow_pickle=False, lattice=lattice, samples=samples)
