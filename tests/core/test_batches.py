"""Batches are a function of seed and step alone."""

import torch

from core.batches import EpochBatches

ROWS = torch.arange(26.0).reshape(13, 2)


def test_an_epoch_is_a_permutation_drawn_from_seed_and_epoch() -> None:
    """The rule by which every run so far was trained: shipped runs go on as they would have."""
    batches = EpochBatches(ROWS, 4, seed=5)
    assert batches.steps_per_epoch == 3
    for epoch in range(3):
        order = torch.randperm(13, generator=torch.Generator().manual_seed(5 * 1_000_003 + epoch))
        for position in range(3):
            expected = ROWS[order[4 * position : 4 * position + 4]]
            torch.testing.assert_close(
                batches.at(3 * epoch + position), expected, rtol=0.0, atol=0.0
            )


def test_steps_may_be_asked_for_in_any_order() -> None:
    batches, others = EpochBatches(ROWS, 4, seed=1), EpochBatches(ROWS, 4, seed=1)
    forwards = [batches.at(step).clone() for step in range(7)]
    for step in (6, 0, 5, 3):
        assert torch.equal(others.at(step), forwards[step])


def test_a_batch_is_no_larger_than_the_data() -> None:
    batches = EpochBatches(ROWS, 100, seed=0)
    assert (batches.batch_size, batches.steps_per_epoch) == (13, 1)
    assert torch.equal(batches.at(0).sort(0).values, ROWS)
