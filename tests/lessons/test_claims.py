"""Every sentence of every experiment and script step is proved (``tests/claims.py``)."""

import pytest
from claims import Proof, evidence_of, proofs_of, text_of, uncovered

from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import script_of
from dashboard.lessons import LESSONS

ALL = [
    pytest.param(lesson, proof, id=f"{lesson.name}-{proof.of}")
    for lesson in LESSONS
    for proof in proofs_of(lesson)
]


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_every_experiment_and_every_step_has_one_proof(lesson: Lesson) -> None:
    steps = range(1, 1 + len(script_of(lesson).steps))
    wanted = [f"presets.{name}" for name in lesson.presets] + [f"script.{n}" for n in steps]
    assert sorted(proof.of for proof in proofs_of(lesson)) == sorted(wanted)


@pytest.mark.parametrize(("lesson", "proof"), ALL)
def test_claims_cover_the_words(lesson: Lesson, proof: Proof) -> None:
    assert not uncovered(text_of(lesson, proof.of), proof)


@pytest.mark.parametrize(("lesson", "proof"), ALL)
def test_every_claim_holds(lesson: Lesson, proof: Proof) -> None:
    found = evidence_of(lesson, proof)
    for claim in proof.claims.values():
        claim(found)


@pytest.mark.parametrize(("lesson", "proof"), ALL)
def test_a_claim_falls_without_the_decisive_control(lesson: Lesson, proof: Proof) -> None:
    found = evidence_of(lesson, proof, without=True)
    fallen = []
    for said, claim in proof.claims.items():
        try:
            claim(found)
        except AssertionError:
            fallen.append(said)
    assert fallen
