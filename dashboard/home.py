"""What the home page shows: the course, and a real decoder to play with."""

import base64
import importlib
from functools import cache
from html import escape
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.dataset import load_dataset
from core.vae.layout import decoder_layers
from core.vae.ready import ready_codes, ready_vae
from dashboard import lessons as course
from dashboard.charts.sketch import WIDTH
from dashboard.components.latent_plane import latent_plane
from dashboard.kit.badges import badge
from dashboard.kit.guard import guarded
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language, chosen_look, kit_words
from dashboard.kit.words import words
from dashboard.theme import CLASS_COLORS, ROLE_COLORS, Look

SVG = "data:image/svg+xml;base64"


def show() -> None:
    """The home page; a mistake of ours is said in a sentence."""
    with guarded("the home page"):
        _show()


def _show() -> None:
    """The lessons in the order of the course, beside a decoder in the browser."""
    said = kit_words()
    st.title("Latent Flow Lab")
    st.markdown(said("home.opening"))
    reference_links()
    lessons, picture = st.columns([0.45, 0.55], gap="large")
    with lessons:
        places = lesson_cards()
    with picture:
        opening_picture()
    for lesson, place in places:
        card_picture(lesson, place)


def lesson_cards() -> list[tuple[Lesson, DeltaGenerator]]:
    """One card per lesson, in groups; the places of their pictures: words come first."""
    said, places = kit_words(), []
    for group in course.GROUPS:
        members = [lesson for lesson in course.LESSONS if lesson.group == group]
        if members:
            st.html(f'<h2 class="group">{said(f"groups.{group}")}</h2>')
        places += [(lesson, _lesson_card(lesson)) for lesson in members]
    return places


def reference_links() -> None:
    """To the exercises and the glossary, which lead to all lessons."""
    with st.container(horizontal=True, gap="medium", key="reference"):
        for name, (package, icon) in course.REFERENCE.items():
            own = words(package, chosen_language())
            label, about = f"**{own('title')}**", own("about")
            st.page_link(course.page_of(name), label=label, icon=icon, help=about)


def _lesson_card(lesson: Lesson) -> DeltaGenerator:
    """Title, minutes, what to see before and after; the result is the place of its picture."""
    own, said = words(lesson.package, chosen_language()), kit_words()
    minutes = said("home.minutes", minutes=lesson.minutes)
    with st.container(border=True, horizontal=True, gap="small", key=f"card_{lesson.name}"):
        place = st.container(width=WIDTH)
        with st.container(gap="xxsmall"):
            st.page_link(
                course.page_of(lesson.name),
                label=f"**{own('title')}** · {minutes}",
                icon=lesson.icon,
            )
            st.markdown(own("summary"))
            both = (said(f"home.{when}", text=own(when)) for when in ("before", "after"))
            st.caption("  \n".join(both))
    return place


def card_picture(lesson: Lesson, place: DeltaGenerator) -> None:
    """The picture of a lesson, and what it is."""
    made = _card_of(lesson.package)
    if made is None:
        return
    own = words(lesson.package, chosen_language())
    data = base64.b64encode(_drawn(lesson.package, chosen_look()).encode()).decode()
    image = f'<img class="card" alt="{escape(own("card.alt"))}" src="{SVG},{data}">'
    place.html(image + badge(kit_words(), made.KIND, own("card.detail")))


@cache
def _card_of(package: str) -> ModuleType | None:
    """The module ``card`` of a lesson, if it has one."""
    name = f"{package}.card"
    return None if find_spec(name) is None else importlib.import_module(name)


@st.cache_data(max_entries=80, show_spinner=False)
def _drawn(package: str, look: Look) -> str:
    card = _card_of(package)
    assert card is not None
    return str(card.card(look))


def opening_picture() -> None:
    """The latent plane of the ready trained VAE, decoded in the browser."""
    run = ready_vae()
    if run is None:
        return
    config, look = run.config, chosen_look()
    data, codes = load_dataset(config.dataset), ready_codes()
    st.caption(kit_words()("home.picture", steps=f"{run.step:,}"))
    latent_plane(
        words=kit_words().part("components.latent_plane"),
        key="home_plane",
        decoder=decoder_layers(run.state.parameters, config, data.data_dim),
        activation=config.activation,
        output=config.output,
        kind=data.kind,
        image_shape=data.image_shape,
        columns=(),
        units=(),
        shift=data.shift,
        scale=data.scale,
        means=codes,
        log_vars=None,
        labels=data.y_train[: len(codes)],
        classes=data.classes,
        label_colors=CLASS_COLORS,
        dims=(0, 1),
        latent_dim=2,
        prior_mean=np.zeros(2),
        prior_scale=1.0,
        data_points=None,
        grid_size=15,
        spacing="quantile",
        show_ellipses=False,
        colors={
            "prior": look.muted,
            "data": ROLE_COLORS["data"],
            "model": ROLE_COLORS["model"],
            "truth": look.truth,
        },
        step=run.step,
    )
