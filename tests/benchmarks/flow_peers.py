"""The same flows in zuko, normflows and nflows, and ours: one interface to measure all four.

Masked autoregressive layers with two hidden layers of 64, dimensions exchanged in between; splines
have eight bins on [−5, 5]. Everybody trains with Adam on batches of the same data.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import normflows
import numpy as np
import torch
import zuko
from nflows.distributions.normal import StandardNormal
from nflows.flows.base import Flow
from nflows.transforms import autoregressive
from nflows.transforms.base import CompositeTransform
from nflows.transforms.permutations import ReversePermutation
from torch import Tensor

from core.flow.compose import log_prob_in_chunks
from core.flow.config import FlowConfig, FlowControls, LayerConfig
from core.flow.initial import new_run
from core.flow.targets import TargetConfig, draws
from core.flow.training import FlowTrainer

HIDDEN, BINS, BOUND, BATCH = 64, 8, 5.0, 512


class Contender(Protocol):
    """A flow in training."""

    learning_rate: float

    def step(self) -> None:
        """One step of maximum likelihood."""

    def log_prob(self, x: Tensor) -> Tensor:
        """``log p_X`` of points ``[n, 2]``, no gradient."""


@cache
def data() -> tuple[Tensor, Tensor]:
    """Training and held-out points of two moons, float32."""
    drawn = draws(TargetConfig())
    return tuple(torch.tensor(x, dtype=torch.float32) for x in (drawn.x_train, drawn.x_test))


class Ours:
    """The product's own trainer."""

    def __init__(
        self, kind: str, layers: int, learning_rate: float, batch: int, seed: int
    ) -> None:
        """A fresh flow."""
        layer = LayerConfig(transformer="affine" if kind == "affine" else "spline")
        self.config = FlowConfig(
            layers=(layer,) * layers,
            hidden_features=(HIDDEN, HIDDEN),
            bins=BINS,
            bound=BOUND,
            batch_size=batch,
            seed=seed,
        )
        self.learning_rate = learning_rate
        self.trainer = FlowTrainer(self.config, "float32")
        self.trainer.load(new_run(self.config, FlowControls(), np.float32).state)
        self.count = 0

    def step(self) -> None:
        """One step."""
        self.trainer.train_step(self.count, FlowControls(learning_rate=self.learning_rate))
        self.count += 1

    def log_prob(self, x: Tensor) -> Tensor:
        """In chunks, as the page does."""
        return log_prob_in_chunks(self.trainer.weights, self.config, x)


class Peer:
    """A library's flow, trained as its documentation does."""

    def __init__(
        self,
        module: torch.nn.Module,
        log_prob: Callable[[Tensor], Tensor],
        rate: float,
        batch: int,
        seed: int,
    ) -> None:
        """A fresh optimiser; the batches are seeded."""
        self.module, self._log_prob, self.batch = module, log_prob, batch
        self.learning_rate = rate
        self.clip_norm: float | None = None
        self.optimizer = torch.optim.Adam(module.parameters(), rate)
        self.generator = torch.Generator().manual_seed(seed)

    def step(self) -> None:
        """One step."""
        x_train, _ = data()
        rows = torch.randint(len(x_train), (self.batch,), generator=self.generator)
        loss = -self._log_prob(x_train[rows]).mean()
        self.optimizer.zero_grad()
        loss.backward()
        if self.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.clip_norm)
        self.optimizer.param_groups[0]["lr"] = self.learning_rate
        self.optimizer.step()

    @torch.no_grad()
    def log_prob(self, x: Tensor) -> Tensor:
        """In one piece, as the library does."""
        return self._log_prob(x)


def zuko_flow(kind: str, layers: int, rate: float, batch: int, seed: int) -> Peer:
    """Zuko's MAF or NSF."""
    torch.manual_seed(seed)
    sizes: dict[str, Any] = {"transforms": layers, "hidden_features": (HIDDEN, HIDDEN)}
    flow = (
        zuko.flows.MAF(2, **sizes) if kind == "affine" else zuko.flows.NSF(2, bins=BINS, **sizes)
    )
    return Peer(flow, lambda x: flow().log_prob(x), rate, batch, seed)


def nflows_flow(kind: str, layers: int, rate: float, batch: int, seed: int) -> Peer:
    """The layers of nflows, with a reversal after each."""
    torch.manual_seed(seed)
    common = {
        "features": 2,
        "hidden_features": HIDDEN,
        "num_blocks": 2,
        "use_residual_blocks": False,
    }
    parts: list[Any] = []
    for _ in range(layers):
        if kind == "affine":
            parts.append(autoregressive.MaskedAffineAutoregressiveTransform(**common))
        else:
            parts.append(
                autoregressive.MaskedPiecewiseRationalQuadraticAutoregressiveTransform(
                    **common, num_bins=BINS, tails="linear", tail_bound=BOUND
                )
            )
        parts.append(ReversePermutation(2))
    flow = Flow(CompositeTransform(parts), StandardNormal([2]))
    return Peer(flow, flow.log_prob, rate, batch, seed)


def normflows_flow(kind: str, layers: int, rate: float, batch: int, seed: int) -> Peer:
    """The layers of normflows, with a swap after each."""
    torch.manual_seed(seed)
    parts: list[Any] = []
    for _ in range(layers):
        if kind == "affine":
            parts.append(
                normflows.flows.MaskedAffineAutoregressive(
                    2, HIDDEN, num_blocks=2, use_residual_blocks=False
                )
            )
        else:
            parts.append(
                normflows.flows.AutoregressiveRationalQuadraticSpline(
                    2, 2, HIDDEN, num_bins=BINS, tail_bound=BOUND
                )
            )
        parts.append(normflows.flows.Permute(2, mode="swap"))
    flow = normflows.NormalizingFlow(
        normflows.distributions.DiagGaussian(2, trainable=False), parts
    )
    return Peer(flow, flow.log_prob, rate, batch, seed)


PEERS: dict[str, Callable[[str, int, float, int, int], Peer]] = {
    "zuko": zuko_flow,
    "normflows": normflows_flow,
    "nflows": nflows_flow,
}
