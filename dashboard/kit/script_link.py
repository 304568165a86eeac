"""Which script a visitor follows, and what a link says of it. No streamlit."""

from collections.abc import Mapping, Sequence

from dashboard.kit.guide import Guide
from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import Script, ScriptError, named_script, script_of
from dashboard.kit.words import Words, code


def script_for(lesson: Lesson, guide: Guide, language: str) -> Script:
    """The script that is followed: a teacher's, or the lesson's own."""
    if guide.other is not None:
        return guide.other
    if language not in guide.own:
        guide.own[language] = script_of(lesson, language)
    return guide.own[language]


def enter_guide(
    lesson: Lesson, guide: Guide, asked: Mapping[str, Sequence[str]], language: str, said: Words
) -> tuple[str, ...]:
    """Open what a link names; a sentence for each thing that it gets wrong.

    Args:
        lesson: of the page.
        guide: is changed.
        asked: the address's query, every value of every key.
        language: of the page.
        said: the kit's words.
    """
    complaints = []
    for name in asked.get("script", ())[:1]:
        try:
            guide.follow(named_script(lesson, name, said))
        except ScriptError as error:
            complaints.append(str(error))
    for text in asked.get("step", ())[:1]:
        count = len(script_for(lesson, guide, language).steps)
        if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= count:
            guide.go(int(text), count)
        else:
            must = said("script.whole", low=1, high=count) if count else said("script.none_here")
            complaints.append(said("link.refused", key=code("step"), value=code(text), must=must))
    return tuple(complaints)
