"""A column of one's own numbers: every spelling that is meant, and every refusal a sentence."""

import random
import re

import pytest

from dashboard.kit.own_data import MOST_NUMBER, MOST_NUMBERS, numbers_of, numbers_text

READ = {
    "spaces": ("1 2.5 -3", (1, 2.5, -3)),
    "lines": ("1\n2.5\r\n-3\n", (1, 2.5, -3)),
    "tabs": ("1\t2.5\t-3", (1, 2.5, -3)),
    "commas": ("1,2.5,-3", (1, 2.5, -3)),
    "commas and spaces": ("1, 2.5, -3", (1, 2.5, -3)),
    "semicolons": ("1;2.5; -3", (1, 2.5, -3)),
    "a comma at the end": ("1, 2,", (1, 2)),
    "decimal commas": ("1,63\n1,70\n-0,5", (1.63, 1.7, -0.5)),
    "decimal commas by semicolons": ("1,63;1,70", (1.63, 1.7)),
    "exponents": ("1e3 -2E-3 +4", (1000, -0.002, 4)),
    "one number": ("7", (7,)),
    "a number twice": ("7 7", (7, 7)),
    "the bounds": ("1e6 -1e6", (1e6, -1e6)),
    "a non-breaking space": ("1\u00a02", (1, 2)),
    "a true minus": ("−1 2", (-1, 2)),
}


@pytest.mark.parametrize("name", READ)
def test_numbers_are_read_as_they_are_meant(name: str) -> None:
    text, numbers = READ[name]
    assert numbers_of("x", text) == numbers


REFUSED = {
    "nothing": ("", r"must be 1 to 500 numbers, got 0"),
    "blanks": (" \n\t ", r"must be 1 to 500 numbers, got 0"),
    "only separators": (",;,\n", r"must be 1 to 500 numbers, got 0"),
    "a word": ("1.6 tall", r"must be numbers: place 2 is not one"),
    "a word first": ("height 1.6", r"place 1 is not one"),
    "a unit": ("1.6m", r"place 1 is not one"),
    "not a number": ("1 2 nan", r"within ±1,000,000, got nan in place 3"),
    "infinity": ("1 -inf", r"within ±1,000,000, got -inf in place 2"),
    "too large": ("1e7", r"within ±1,000,000, got 1e\+07 in place 1"),
    "too small": ("-1000001", r"within ±1,000,000, got -1\S+ in place 1"),
    "beyond float": ("1e999", r"within ±1,000,000, got inf in place 1"),
    "one too many": (" ".join(["1"] * 501), r"must be 1 to 500 numbers, got 501"),
    "a program": ("__import__('os')", r"place 1 is not one"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_input_the_place_and_the_bound(name: str) -> None:
    text, pattern = REFUSED[name]
    with pytest.raises(ValueError, match=pattern) as caught:
        numbers_of("x", text)
    message = str(caught.value)
    assert message.startswith("`x` ")
    assert "\n" not in message
    assert "tall" not in message  # what a visitor pasted is not repeated
    assert len(message) < 120


@pytest.mark.parametrize("text", ["1,63\n2\n1,70", "2\n1,63", "-0,63\n12"])
def test_a_decimal_comma_is_never_read_as_two_numbers_unseen(text: str) -> None:
    """A column of another country that holds a whole number, too: as meant, or refused."""
    try:
        found = numbers_of("x", text)
    except ValueError:
        return
    assert 63 not in found


@pytest.mark.parametrize("text", ["1_000 2", "1_0"])
def test_what_only_a_programmer_writes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="place 1"):
        numbers_of("x", text)


def test_as_many_as_there_may_be_are_read() -> None:
    assert len(numbers_of("x", "\n".join(["0.5"] * MOST_NUMBERS))) == MOST_NUMBERS


def test_the_message_names_the_option() -> None:
    with pytest.raises(ValueError, match="`column`"):
        numbers_of("column", "")


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
def test_a_link_carries_what_was_read(scale: float) -> None:
    """To the last digit that the visitor gave: a link is no worse than a column."""
    dice = random.Random(scale)
    numbers = tuple(round(dice.gauss(0, 1) * scale, 4) for _ in range(200))
    assert numbers_of("x", numbers_text(numbers)) == numbers


def test_numbers_that_differ_little_differ_in_the_link() -> None:
    numbers = (123456.78, 123456.79)
    assert len(set(numbers_of("x", numbers_text(numbers)))) == 2


def test_the_text_of_numbers_is_short() -> None:
    assert numbers_text((1.6, 1.7, 2.0)) == "1.6 1.7 2"
    assert numbers_text(()) == ""
    assert numbers_text((MOST_NUMBER,)) in ("1e+06", "1000000")


def test_random_text_is_numbers_or_a_sentence() -> None:
    dice = random.Random(0)
    letters = "0123456789.,;+-eE nNaAiIfF_\n\t\0<>&`*[](){}$\\/é−٣"
    for _ in range(5000):
        text = "".join(dice.choice(letters) for _ in range(dice.randrange(30)))
        found: tuple[float, ...] | str
        try:
            found = numbers_of("x", text)
        except ValueError as error:
            found = str(error)
        if isinstance(found, str):
            assert re.match(r"`x` must be ", found), text
        else:
            assert found
            assert all(abs(number) <= MOST_NUMBER for number in found)
