"""The words of browser components: every one is used, and every one that is used is there."""

import re

import pytest

from dashboard.components.modules import STATIC, chosen_words
from dashboard.kit.words import KIT, words

NAMES = sorted(path.parent.name for path in STATIC.glob("*/main.js"))

EVERY_WORD = {name: words(KIT).part(f"components.{name}") for name in NAMES}


def test_words_of_a_component_are_english_until_they_are_told_otherwise() -> None:
    english = EVERY_WORD["race_track"]
    assert chosen_words("race_track", {"play": "Los"}) == {**english, "play": "Los"}
    with pytest.raises(ValueError, match=re.escape("got ['c']")):
        chosen_words("race_track", {"c": ""})


DYNAMIC = re.compile(
    r"place_(xy|x|y)|points_(quantile|linear)|grid_(image|plane|table)"
    r"|q_(prior|encoder|diagonal|full|posterior|mine)|zoom_(all|fit|close)"
    r"|field_(m1|m2|s1|s2|rho)|handle_(centre|width|major|minor|turn)"
)


@pytest.mark.parametrize("name", EVERY_WORD)
def test_every_word_is_used_and_every_word_used_is_there(name: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (STATIC / name).glob("*.js")]
    text = "\n".join([*sources, "words.failed"])
    used = set(re.findall(r"words\.(\w+)", text)) - {"js"}
    used |= set(re.findall(r'data-(?:text|html|label)="(\w+)"', text))
    used |= set(re.findall(r'(?:pressed\("\w+"|figure\("\w+"), "(\w+)"', text))
    known = set(EVERY_WORD[name])
    assert used <= known
    assert {word for word in known - used if not DYNAMIC.fullmatch(word)} == set()
