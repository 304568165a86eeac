"""The home page: the course in its order, a real picture of every lesson."""

import base64
import importlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from support import opened

from core.dataset import load_dataset
from core.estimators.theory import cosine_variance
from core.flow.recorded import NUM_SAMPLES, SIDE, map_of_ready_flow, recorded_map
from core.vae.config import VAEConfig
from core.vae.ready import ready_codes
from dashboard.charts.sketch import HEIGHT, WIDTH, dots, line, placed
from dashboard.kit.lesson import Lesson
from dashboard.kit.words import KIT, words
from dashboard.lessons import GROUPS, LESSONS, REFERENCE
from dashboard.lessons.estimators.card import FREQUENCIES, variances
from dashboard.theme import Look, Theme

pytestmark = pytest.mark.usefixtures("workers")

LINE = re.compile(r"[ML]([-\d.]+) ([-\d.]+)")


def test_the_home_page_leads_to_every_lesson_in_the_order_of_the_course() -> None:
    app = opened("home")
    assert "Latent Flow Lab" in app.title[0].value
    links = [link.proto.page for link in app.get("page_link")]
    course = [lesson.name for group in GROUPS for lesson in LESSONS if lesson.group == group]
    assert [link.rpartition("/")[2] for link in links] == [*REFERENCE, *course]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_card_says_how_long_a_lesson_takes_and_what_to_see_around_it(lesson: Lesson) -> None:
    app, own, said = opened("home"), words(lesson.package), words(KIT)
    labels = [link.proto.label for link in app.get("page_link")]
    minutes = said("home.minutes", minutes=lesson.minutes)
    assert f"**{own('title')}** · {minutes}" in labels
    captions = " ".join(caption.value for caption in app.caption)
    assert said("home.before", text=own("before")) in captions
    assert said("home.after", text=own("after")) in captions


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_card_shows_its_picture_with_a_badge_and_words(lesson: Lesson) -> None:
    own, said = words(lesson.package), words(KIT)
    card = importlib.import_module(f"{lesson.package}.card")
    bodies = [part.proto.body for part in opened("home").get("html")]
    body = next(text for text in bodies if own("card.alt") in text)
    assert f"<b>{said(f'badges.{card.KIND}')}</b> · {own('card.detail')}" in body
    drawn = base64.b64decode(re.search(r"base64,([^\"]+)", body)[1]).decode()
    assert drawn == card.card(Look())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_card_is_a_small_picture_inside_its_frame(lesson: Lesson, theme: Theme) -> None:
    drawn = importlib.import_module(f"{lesson.package}.card").card(Look(theme=theme))
    assert len(drawn) < 30_000
    paths = [path.get("d", "") for path in ET.fromstring(drawn).findall(".//{*}path")]
    points = np.array(LINE.findall(" ".join(paths)), dtype=float)
    assert len(points) > 50
    assert (points >= 0).all()
    assert (points <= [WIDTH, HEIGHT]).all()


def test_points_stand_where_they_belong_and_none_outside() -> None:
    points = placed(np.array([[0, 0], [2, 1], [1, 0.5], [3, 0]]), (0, 0), (2, 1))
    np.testing.assert_allclose(points[0], [5, HEIGHT - 5])
    np.testing.assert_allclose(points[1], [WIDTH - 5, 5])
    np.testing.assert_allclose(points[2], [WIDTH / 2, HEIGHT / 2])
    assert np.isnan(points[3]).all()
    assert dots(points, "#000000").count("M") == 3
    assert line(points, "#000000", 1).count("L") == 2
    assert "dasharray" in line(points, "#000000", 1, is_exact=True)


def test_the_recorded_map_is_that_of_the_ready_flow() -> None:
    recorded = recorded_map()
    assert recorded is not None
    for found, computed in zip(recorded, map_of_ready_flow(), strict=True):
        np.testing.assert_allclose(found, computed, atol=1e-4)
    assert recorded[0].shape == (SIDE, SIDE, 2)
    assert recorded[1].shape == (NUM_SAMPLES, 2)


def test_every_code_of_the_card_has_its_label() -> None:
    assert len(load_dataset(VAEConfig().dataset).y_train) >= len(ready_codes())


@pytest.mark.parametrize("name", ["pathwise", "score_function"])
def test_the_variances_of_the_card_are_the_closed_forms(name: str) -> None:
    exact = [cosine_variance(name, k, 1.0, 1.0) for k in FREQUENCIES]
    np.testing.assert_allclose(variances()[name], exact, rtol=1e-6, atol=1e-9)


def test_home_and_its_cards_need_no_torch() -> None:
    cards = "; ".join(f"import {lesson.package}.card as c; c.card(Look())" for lesson in LESSONS)
    code = f"import sys, dashboard.home; from dashboard.theme import Look; {cards}; "
    code += "assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
