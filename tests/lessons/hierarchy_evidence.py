"""What the claims of the hierarchy lesson look at: a run trained as the page does, and others."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from core.hierarchy.answers import Snake
from core.hierarchy.config import HierarchyConfig, HierarchyControls
from core.hierarchy.inference import flat, snake
from core.hierarchy.linear_theory import Valley, valley
from core.run import Budget, Run
from core.training import advance, new_run
from core.vae.spectra import spectrum_of
from dashboard.kit.option import Choices
from dashboard.lessons.hierarchy.lesson import configure
from dashboard.lessons.hierarchy.snake_panels import spread_of
from dashboard.lessons.hierarchy.terms import flat_optimum


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A run and what of it is drawn.

    Attributes:
        choices: every option, view included.
        config: of the run.
        controls: of the run.
        steps: trained.
    """

    choices: Choices
    config: HierarchyConfig
    controls: HierarchyControls
    steps: int

    @property
    def run(self) -> Run:
        """Where the training ended."""
        return trained(self.config, self.controls, self.steps)

    def last(self, name: str) -> float:
        """The newest value of a metric, held out."""
        return self.run.history.latest()[f"{name}/held_out"]

    def at(self, name: str, step: int) -> float:
        """A metric, held out, at the newest record that is no later than ``step``."""
        history = self.run.history
        place = int(np.searchsorted(history.steps, step, side="right")) - 1
        return float(history[f"{name}/held_out"][place])

    def instead(self, config: Any = None, controls: Any = None) -> "Found":
        """The same with other fields."""
        return replace(
            self,
            config=replace(self.config, **(config or {})),
            controls=replace(self.controls, **(controls or {})),
        )

    @cached_property
    def snake(self) -> Snake:
        """What the plane of z1 shows."""
        return snake(self.run.state.parameters, self.config, 1000)

    @property
    def spread(self) -> float:
        """How far the tube goes, in its widths."""
        return spread_of(self.snake)

    @cached_property
    def flat_elbo(self) -> float:
        """Of the VAE without z2, held out."""
        return float(flat(self.config, self.controls, self.steps).elbo[-1])

    @property
    def dashed(self) -> float:
        """The dashed line of the ELBO."""
        best = flat_optimum(self.config, 1.0, self.controls.decoder_variance)
        assert best is not None
        return float(best.elbo)

    def valley_at(self, *stretches: float) -> Valley:
        """The valley as it is drawn, at some c."""
        spectrum = spectrum_of(self.config.dataset)
        return valley(
            spectrum,
            self.config.latent_dim,
            self.choices["s2"],
            list(stretches),
            top_price=self.choices["price"],
        )

    def trained_on_at(self, price: float, steps: int) -> float:
        """T3, held out, where training goes on at another price."""
        controls = replace(self.controls, top_price=price)
        return float(
            advance(self.run, controls, Budget(steps=steps)).history.latest()["t3/held_out"]
        )


@lru_cache(maxsize=64)
def trained(config: HierarchyConfig, controls: HierarchyControls, steps: int) -> Run:
    """The run that a page trains."""
    run = new_run(config, controls)
    return advance(run, controls, Budget(steps=steps)) if steps else run


def evidence(choices: Choices, train_steps: int) -> Found:
    """What a page shows with these choices after so many steps."""
    config, controls = configure(choices)
    return Found(choices=choices, config=config, controls=controls, steps=train_steps)
