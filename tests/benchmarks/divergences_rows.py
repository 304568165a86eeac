"""Rows ``divergences.*``: a GAN by hand against autograd, a critic's steps, an exact density.

Both GANs start from the same weights and are shown the same draws, and the bench checks that they
end at the same weights: only how a step is computed differs. Each side lives in a process of its
own with one thread; seconds are the processor's. What Chromium is needed for:
``divergences_browser``.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import divergences_browser
import numpy as np
from page_server import ROUNDS, lone_worker
from report import Group, Row, compare, summary

STEPS = 600
"""Of the GANs in a round."""

CHECKED, AGREE = 20, 1e-5
"""Steps after which both GANs must be the same, and by how much a weight may differ: they round
otherwise, in single precision."""

SEEDS = (0, 1, 2)
ENOUGH = 0.01
"""Nats that a critic's R(D) may be above R*."""

MOST_STEPS = 4_000
LEARNED = 500
"""Steps of a GAN before its density is found and its record made."""

REPEATS = 5


def steps() -> Iterator[Row]:
    """`divergences.gan.steps`: a step of D and one of G, against eager PyTorch."""
    with ExitStack() as stack:
        ask_us, ask_them = (stack.enter_context(lone_worker()) for _ in range(2))
        _require_equal(ask_us(our_weights, CHECKED), ask_them(their_weights, CHECKED))
        yield compare(
            "divergences.gan.steps",
            lambda: float(ask_us(our_seconds, STEPS)),
            lambda: float(ask_them(their_seconds, STEPS)),
            ratio=lambda us, them: them / us,
            target=1.8,
            note=f"{STEPS} steps of D and of G, 64-64 each, batch 256, records apart, against "
            "nn.Linear, autograd and torch.optim.Adam from the same weights with the same draws: "
            "processor seconds, theirs / ours",
        )


def _require_equal(ours: Any, theirs: Any) -> None:
    apart = float(np.abs(ours - theirs).max())
    if not apart < AGREE:
        raise RuntimeError(f"after {CHECKED} steps the weights differ by {apart:.2g}")


def our_seconds(count: int) -> float:
    """In a worker: seconds of so many of our steps."""
    return _timed(_our_step()[0], count)


def their_seconds(count: int) -> float:
    """In a worker: the same by autograd."""
    return _timed(_their_step()[0], count)


def our_weights(count: int) -> Any:
    """In a worker: G's weights, then D's, after so many of our steps, ``[P]``."""
    return _after(*_our_step(), count)


def their_weights(count: int) -> Any:
    """In a worker: the same by autograd."""
    return _after(*_their_step(), count)


def _timed(take: Callable[[int], None], count: int) -> float:
    for step in range(CHECKED):  # all is loaded
        take(step)
    began = time.process_time()
    for step in range(CHECKED, CHECKED + count):
        take(step)
    return time.process_time() - began


def _after(take: Callable[[int], None], weights: Callable[[], Any], count: int) -> Any:
    for step in range(count):
        take(step)
    return weights()


def _our_step() -> tuple[Callable[[int], None], Callable[[], Any]]:
    """A step of our GAN, and its weights."""
    from core.divergences.config import GanControls

    trainer, controls = _trainer(), GanControls()
    return lambda step: trainer.train_step(step, controls), lambda: trainer.state().parameters


def _trainer() -> Any:
    """The trainer of a GAN as the page opens it, at step 0."""
    from core.divergences.config import GanConfig, GanControls
    from core.divergences.gan_training import GanTrainer
    from core.training import new_run

    run = new_run(GanConfig(), GanControls())
    trainer = GanTrainer(run.config, "float32")
    trainer.load(run.state)
    return trainer


def _their_step() -> tuple[Callable[[int], None], Callable[[], Any]]:
    """A step of the same GAN as one writes it down, and its weights."""
    import torch
    from torch import nn
    from torch.nn.functional import softplus

    from core.divergences.config import GanConfig, GanControls
    from core.divergences.targets import TARGETS
    from core.training import new_run

    config, controls = GanConfig(), GanControls()
    B, target = config.batch_size, TARGETS[config.target]
    generator, critic = _perceptron(config.generator_shape), _perceptron(config.critic_shape)
    both = [*generator.parameters(), *critic.parameters()]
    first = torch.tensor(new_run(config, controls).state.parameters)
    nn.utils.vector_to_parameters(first, both)
    betas = (controls.beta1, 0.999)
    optimizer_g = torch.optim.Adam(generator.parameters(), controls.generator_rate, betas)
    optimizer_d = torch.optim.Adam(critic.parameters(), controls.critic_rate, betas)
    centres = torch.tensor(target.modes, dtype=torch.float32)
    noise = torch.Generator().manual_seed(config.seed)

    def normal() -> torch.Tensor:
        return torch.randn(B, 2, generator=noise)

    def take(_: int) -> None:
        z, spread, blur = normal(), normal(), normal()
        labels = torch.randint(len(centres), (B,), generator=noise)
        data = centres[labels] + target.deviation * spread
        with torch.no_grad():
            model = generator(z) + config.noise * blur
        on_data, on_model = critic(torch.cat([data, model])).chunk(2)
        optimizer_d.zero_grad()
        loss: Any = 0.5 * softplus(-on_data).mean() + 0.5 * softplus(on_model).mean()
        loss.backward()
        optimizer_d.step()
        z, blur = normal(), normal()
        optimizer_g.zero_grad()
        loss = softplus(-critic(generator(z) + config.noise * blur)).mean()
        loss.backward()
        optimizer_g.step()

    return take, lambda: nn.utils.parameters_to_vector(both).detach().numpy()


def _perceptron(shape: Any) -> Any:
    """The layers of a ``NetworkShape`` without Fourier features."""
    from torch import nn

    layers: list[nn.Module] = []
    for seen, out in zip(shape.sizes[:-1], shape.sizes[1:], strict=True):
        layers += [nn.Linear(seen, out), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def critic() -> Iterator[Row]:
    """`divergences.critic.steps`: until R(D) is near the exact R*."""
    with lone_worker() as ask:
        found = [float(ask(steps_until_near, seed)) for seed in SEEDS]
    yield summary(
        "divergences.critic.steps",
        found,
        better="lower",
        target=1000,
        unit="steps",
        note=f"until R(D) − R* ≤ {ENOUGH:g} nats by quadrature, in case C with the logistic loss, "
        f"looked at with every record; {len(SEEDS)} seeds",
    )


def steps_until_near(seed: int) -> int:
    """In a worker: the first record from which on every one is near enough.

    Raises:
        RuntimeError: when the last one is not.
    """
    from core.divergences.config import CriticConfig, CriticControls
    from core.divergences.pair import PAIRS
    from core.run import Budget
    from core.training import advance, new_run

    config = CriticConfig(loss="logistic", pair=PAIRS["C"], seed=seed)
    controls = CriticControls()
    run = advance(new_run(config, controls), controls, Budget(steps=MOST_STEPS))
    far = np.flatnonzero(run.history["gap"] > ENOUGH)
    if far[-1] + 1 == len(run.history):
        raise RuntimeError(f"the gap is {run.history['gap'][-1]:.3g} after {MOST_STEPS} steps")
    return int(run.history.steps[far[-1] + 1])


def judged() -> Iterator[Row]:
    """`divergences.density_ms`, `divergences.record_ms` and `divergences.record_share`."""
    with lone_worker() as ask:
        densities = [ask(density_milliseconds) for _ in range(ROUNDS + 1)][1:]
        records = [ask(record_milliseconds) for _ in range(ROUNDS + 1)][1:]
    yield summary(
        "divergences.density_ms",
        densities,
        better="lower",
        target=100,
        unit="ms",
        note=f"the exact density on 256 × 256 cells of a generator that learned {LEARNED} steps, "
        "from 289 nodes of z along an axis, as of a paused run",
    )
    yield summary(
        "divergences.record_ms",
        [record for record, _ in records],
        better="lower",
        target=None,
        unit="ms",
        note="one record of a GAN that runs: its density from 145 nodes, the distances, R(D) and "
        "R* on all cells, every mode",
    )
    yield summary(
        "divergences.record_share",
        [record / (record + between) for record, between in records],
        better="lower",
        target=0.2,
        unit="share",
        note="of a GAN's training that its records take",
    )


def _learned() -> Any:
    """In a worker: the trainer of a GAN that has learned a little."""
    from core.divergences.config import GanControls

    trainer, controls = _trainer(), GanControls()
    for step in range(LEARNED):
        trainer.train_step(step, controls)
    return trainer


def density_milliseconds() -> float:
    """In a worker: a density as fine as a page shows of a run that rests."""
    from core.divergences.density import NODES

    trainer = _learned()
    began = time.process_time()
    for _ in range(REPEATS):
        trainer.density(NODES)
    return 1000 * (time.process_time() - began) / REPEATS


def record_milliseconds() -> tuple[float, float]:
    """In a worker: a record, and the steps from one to the next."""
    from core.divergences.config import GanControls

    trainer, controls = _learned(), GanControls()
    began = time.process_time()
    for _ in range(REPEATS):
        trainer.metrics(LEARNED, controls)
    recorded = time.process_time()
    for step in range(LEARNED, LEARNED + trainer.record_interval):
        trainer.train_step(step, controls)
    ended = time.process_time()
    return 1000 * (recorded - began) / REPEATS, 1000 * (ended - recorded)


GROUPS: dict[str, Group] = {
    "divergences.gan.steps": steps,
    "divergences.critic.steps": critic,
    "divergences.judged": judged,
    "divergences.drag": divergences_browser.drag_rows,
}
