"""What the evidence page says of what cannot be: one sentence each, and it stands."""

import re
from typing import Any

import numpy as np
import pytest
from evidence_page import alerts, asked, field_of, fill_in, log_p, open_evidence
from support import Server, address, open_page, pause, query_of, settle, train, wait_for

from dashboard.lessons.evidence.lesson import LESSON

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?q=mine&s1=0", "s1 must be at least 0.0001: a narrower q has no volume"),
        ("?model=plane&q=mine&rho=1", "rho must be from"),
        ("?model=line&x=30", "x must be at most 25"),
        ("?model=line&q=encoder", "this model has no such q. Shown is q = prior"),
        ("?row=5000", "have rows 0 to 999, not 5000: shown is row 999"),
        ("?row=-1", "row must be at least 0"),
        ("?k=0", "must be at least 1, got 0"),
        ("?k=200000", "must be at most 100000, got 200000"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_the_page_stands(
    visitor: Any, server: Server, query: str, sentence: str
) -> None:
    page = open_evidence(visitor(), server, query)
    settle(page)
    (said,) = alerts(page)
    assert sentence in said
    assert said.endswith(".")
    wait_for(lambda: np.isfinite(log_p(page)), "the evidence of what is shown instead")


@pytest.mark.parametrize("model", ["line", "plane", "square"])
def test_what_a_link_leaves_open_is_nothing_to_complain_about(
    visitor: Any, server: Server, model: str
) -> None:
    page = open_evidence(visitor(), server, f"?model={model}")
    settle(page)
    assert alerts(page) == []
    assert asked(page, "q().key") == "prior"


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("row", "-3", "row must be at least 0, got -3"),
        ("row_k", "200000", "must be at most 100000, got 200000"),
    ],
)
def test_a_field_takes_back_what_cannot_be(
    visitor: Any, server: Server, key: str, typed: str, sentence: str
) -> None:
    page = open_evidence(visitor(), server)
    wait_for(lambda: np.isfinite(log_p(page)), "the evidence")
    before = field_of(page, key).input_value()
    fill_in(page, key, typed)
    wait_for(lambda: alerts(page), "the sentence")
    (said,) = alerts(page)
    assert sentence in said
    wait_for(lambda: field_of(page, key).input_value() == before, "the number that holds")


def test_a_q_without_volume_is_refused_where_it_is_typed(visitor: Any, server: Server) -> None:
    page = open_evidence(visitor(), server)
    wait_for(lambda: np.isfinite(log_p(page)), "the evidence")
    before = asked(page, "q()")
    field = page.locator(".evidence-map [data-name=s1] .number")
    field.fill("0")
    field.press("Enter")
    refusal = page.locator(".evidence-map .refusal").inner_text()
    assert refusal == "s1 must be at least 0.0001: a narrower q has no volume to draw from, got 0"
    assert asked(page, "q()") == before


def test_a_run_of_three_dimensions_is_refused_in_one_sentence(
    visitor: Any, server: Server
) -> None:
    owner = open_page(visitor(), server, "vae", "?data=digits&latent=3")
    train(owner)
    pause(owner)
    run = wait_for(lambda: re.search(r"run=([\w-]+)", query_of(owner)), "the run in the link")
    page = open_evidence(visitor(), server, f"?of={run.group(1)}")
    wait_for(lambda: alerts(page), "the sentence")
    (said,) = alerts(page)
    assert said.startswith("The run that the link names has L = 3")
    wait_for(lambda: np.isfinite(log_p(page)), "the evidence under the shipped VAE")
    assert address(server, LESSON.name) in page.url
