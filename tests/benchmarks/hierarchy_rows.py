"""Rows ``hierarchy.*``: two levels trained against a plain PyTorch loop, and what a page asks.

Both train the same model on the same rows: data in memory, ``nn.Linear`` layers, autograd and
``torch.optim.Adam`` on their side, batch 64. Each lives in a process of its own with one thread;
seconds are the processor's.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
from page_server import ROUNDS, lone_worker
from report import Group, Row, compare, summary

SIZES = {
    "digits": ({"name": "digits"}, 64, 8, 2, 600, 3.0),
    "mnist": ({"name": "mnist"}, 256, 8, 2, 600, 2.0),
}
"""Data, width, L1, L2, steps, and how much faster we mean to be."""

BATCH, TOP_WIDTH = 64, 32
VARIANCE, RATE = 0.05, 2e-3
NEAR = 0.15
"""Share of the held-out ELBO by which they may differ, their starts being others: both learn."""

REPEATS = 5


def steps() -> Iterator[Row]:
    """`hierarchy.steps.<data>`: steps per second, against a plain loop of the same model."""
    for name, (data, width, low, top, count, target) in SIZES.items():
        asked = (data, width, low, top, count)
        with ExitStack() as stack:
            ask_us, ask_them = (stack.enter_context(lone_worker()) for _ in range(2))
            yield compare(
                f"hierarchy.steps.{name}",
                lambda ask=ask_us, asked=asked: ask(our_run, *asked)["seconds"],
                lambda us=ask_us, them=ask_them, asked=asked: _theirs(us, them, asked),
                ratio=lambda us, them: them / us,
                target=target,
                note=f"{count} steps of a VAE of two levels, width {width}, L1 = {low}, "
                f"L2 = {top}, batch {BATCH}, metrics of ours included, against nn.Linear, "
                "autograd and torch.optim.Adam: processor seconds, theirs / ours",
            )


def _theirs(ask_us: Any, ask_them: Any, asked: Any) -> float:
    """Their seconds; both have learned as much."""
    ours, theirs = ask_us(our_run, *asked), ask_them(their_run, *asked)
    if not abs(ours["elbo"] - theirs["elbo"]) < NEAR * abs(theirs["elbo"]):
        raise RuntimeError(f"the ELBOs differ: {ours}, {theirs}")
    return float(theirs["seconds"])


def our_run(data: dict[str, Any], width: int, low: int, top: int, count: int) -> dict[str, float]:
    """In a worker: seconds of so many steps, and the held-out ELBO where they end."""
    from core.dataset import DatasetConfig
    from core.hierarchy.config import HierarchyConfig, HierarchyControls
    from core.run import Budget
    from core.training import advance, new_run

    config = HierarchyConfig(
        dataset=DatasetConfig(**data),
        latent_dim=low,
        top_dim=top,
        width=width,
        top_width=TOP_WIDTH,
        start="ordinary",
        batch_size=BATCH,
    )
    controls = HierarchyControls(decoder_variance=VARIANCE, learning_rate=RATE)
    advance(new_run(config, controls), controls, Budget(steps=20))  # loads what it needs
    run = new_run(config, controls)
    began = time.process_time()
    run = advance(run, controls, Budget(steps=count))
    seconds = time.process_time() - began
    return {"seconds": seconds, "elbo": run.history.latest()["elbo/held_out"]}


def their_run(
    data: dict[str, Any], width: int, low: int, top: int, count: int
) -> dict[str, float]:
    """In a worker: the same by a plain loop, as one writes it down."""
    import torch
    from torch import nn

    from core.dataset import DatasetConfig, load_dataset

    torch.manual_seed(0)
    found = load_dataset(DatasetConfig(**data))
    x_train, x_test = (torch.tensor(x) for x in (found.x_train, found.x_test[:500]))
    dim = x_train.shape[1]

    def perceptron(seen: int, hidden: int, out: int) -> nn.Sequential:
        return nn.Sequential(nn.Linear(seen, hidden), nn.ReLU(), nn.Linear(hidden, out))

    encoder, decoder = perceptron(dim, width, 2 * low), perceptron(low, width, dim)
    upper, link = perceptron(low, TOP_WIDTH, 2 * top), perceptron(top, TOP_WIDTH, 2 * low)
    with torch.no_grad():
        decoder[2].bias.copy_(torch.logit(x_train.mean(0).clamp(0.005, 0.995)))
    networks = nn.ModuleList([encoder, decoder, upper, link])
    optimizer = torch.optim.Adam(networks.parameters(), lr=RATE)

    def elbo(x: torch.Tensor) -> torch.Tensor:
        m1, l1 = encoder(x).chunk(2, dim=1)
        z1 = m1 + (0.5 * l1).exp() * torch.randn_like(m1)
        m2, l2 = upper(z1).chunk(2, dim=1)
        z2 = m2 + (0.5 * l2).exp() * torch.randn_like(m2)
        pm, raw = link(z2).chunk(2, dim=1)
        pl = nn.functional.softplus(raw + 7) - 7
        x_hat = torch.sigmoid(decoder(z1))
        squared = ((x - x_hat) ** 2).sum(1)
        fit = -0.5 * (squared / VARIANCE + dim * np.log(2 * np.pi * VARIANCE))
        low_term = 0.5 * (pl - l1 - 1 + (z1 - pm) ** 2 * torch.exp(-pl)).sum(1)
        top_term = 0.5 * (l2.exp() + m2**2 - 1 - l2).sum(1)
        return (fit - low_term - top_term).mean()

    order, place = torch.randperm(len(x_train)), 0
    began = time.process_time()
    for _ in range(count):
        if place + BATCH > len(order):
            order, place = torch.randperm(len(x_train)), 0
        x = x_train[order[place : place + BATCH]]
        place += BATCH
        optimizer.zero_grad()
        (-elbo(x)).backward()
        optimizer.step()
    seconds = time.process_time() - began
    with torch.no_grad():
        value = np.mean([elbo(x_test).item() for _ in range(8)])
    return {"seconds": seconds, "elbo": float(value)}


def asked() -> Iterator[Row]:
    """`hierarchy.map_ms` and `hierarchy.linear_ms`: the exact p(z1), and the linear reference."""
    with lone_worker() as ask:
        maps = [ask(map_milliseconds) for _ in range(ROUNDS + 1)][1:]
        fits = [ask(linear_milliseconds) for _ in range(ROUNDS + 1)][1:]
    yield summary(
        "hierarchy.map_ms",
        maps,
        better="lower",
        target=50,
        unit="ms",
        note="the exact p(z1) on 201 × 201 places from at least 161 nodes of z2",
    )
    yield summary(
        "hierarchy.linear_ms",
        fits,
        better="lower",
        target=1000,
        unit="ms",
        note="the optimum of the closed-form ELBO by L-BFGS, λ = (4, 2, 1, .5, .25), L1 = 3, "
        "L2 = 1, and what it is by pPCA",
    )


def map_milliseconds() -> float:
    """In a worker: p(z1) of a link that bends."""
    from core.hierarchy.marginal import link_marginal

    def link(z2: Any) -> tuple[Any, Any]:
        mean = np.concatenate([2 * z2, 1.5 * np.sin(2 * z2)], axis=1)
        return mean, np.full_like(mean, 0.09)

    axis = np.linspace(-5, 5, 201)
    began = time.process_time()
    for _ in range(REPEATS):
        link_marginal(link, 1).log_prob_on_grid((axis, axis))
    return 1000 * (time.process_time() - began) / REPEATS


def linear_milliseconds() -> float:
    """In a worker: the linear reference, once."""
    from core.hierarchy.linear_fit import fit_linear
    from core.hierarchy.linear_objective import LinearProblem
    from core.vae.theory import ppca_log_likelihood

    problem = LinearProblem()
    began = time.process_time()
    found = fit_linear(problem)
    best = ppca_log_likelihood(
        problem.spectrum, problem.latent_dim, problem.controls.decoder_variance
    )
    seconds = time.process_time() - began
    assert abs(found.terms.elbo - best) < 1e-6
    return 1000 * seconds


GROUPS: dict[str, Group] = {"hierarchy.steps": steps, "hierarchy.asked": asked}
