"""What a lesson declares: frozen values, checked when they are made. No streamlit, no pictures.

From these rows follow the widgets, the link in both directions, what waits for a reset, the marks
on the curves, the checks of the experiments, and every test that is the same for all lessons.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.kit.option import Choices, Option


@dataclass(frozen=True, kw_only=True)
class Preset:
    """An experiment: one click; its words (title, what it shows) are in the lesson's words.

    Attributes:
        choices: options that differ from their defaults, view included.
        train_steps: it trains by itself up to this step; 0: it stands still.
        opening: what pictures in the browser are told at once: options that they hold, and what
            they are to do.
    """

    choices: Choices = dataclasses.field(default_factory=dict)
    train_steps: int = 0
    opening: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Training:
    """What a lesson trains.

    Attributes:
        config: class of the experiment, with the class variables of ``core.training``.
        controls: class of what may change while training.
        name: of this run among several of a lesson; empty for the main one.
        configure: configuration and controls from choices; by default from the options' fields.
        ready: ``module:function`` giving the shipped run that a page opens on, or None.
        opening_steps: how far a page trains by itself that opens on another experiment.
        follows: whether the run is replaced at once when a choice is made: nothing to train.
        carries: fields of the configuration that no choice says, such as another run's parameters:
            ⟲ Reset takes them over from the run that stands.
    """

    config: type
    controls: type
    name: str = ""
    configure: Callable[[Choices], tuple[Any, Any]] | None = None
    ready: str = ""
    opening_steps: int = 1000
    follows: Callable[[Any], bool] = lambda config: False
    carries: tuple[str, ...] = ()

    @property
    def link_key(self) -> str:
        """The key under which a link names the run."""
        return f"run_{self.name}" if self.name else "run"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A page of the course.

    Attributes:
        name: of its address, its package and its folder in ``core``.
        package: where ``live.py`` and ``words/`` are.
        icon: a Material symbol; Streamlit ships the font.
        group: of the navigation.
        minutes: how long it takes.
        options: its controls, in the order of the page.
        presets: experiments by name.
        pictures: keys of what stands on the page and a script can outline.
        training: the runs it trains.
        steers: from choices to the name of the run that the strip steers and that is watched:
            another that was training waits, as on a page that was left. By default the strip
            steers the first, and all are watched.
        question: a frozen configuration from choices, of a lesson that asks instead of training.
        check: choices as they fit together, and a sentence key with values for each mended one.
        check_link: the same for what only a link can get wrong: afterwards menus offer what fits.
        warm_modules: what workers import ahead.
        reads_runs_of: lessons whose runs a link may open here (``of=``).
        roles: the roles of the theme whose colours its words and pictures use.
        symbols: letters of its formulas; what each means stands in its words.
    """

    name: str
    package: str
    icon: str
    group: str
    minutes: int
    options: tuple[Option, ...] = ()
    presets: Mapping[str, Preset] = dataclasses.field(default_factory=dict)
    pictures: tuple[str, ...] = ()
    training: tuple[Training, ...] = ()
    steers: Callable[[Choices], str] | None = None
    question: Callable[[Choices], Any] | None = None
    check: Callable[[Choices], tuple[Choices, tuple["Mended", ...]]] | None = None
    check_link: Callable[[Choices], tuple[Choices, tuple["Mended", ...]]] | None = None
    warm_modules: tuple[str, ...] = ()
    reads_runs_of: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a declaration that does not hold together.

        Raises:
            ValueError: naming the double or unknown key.
        """
        keys = [option.key for option in self.options]
        double = {key for key in keys if keys.count(key) > 1}
        if double:
            raise ValueError(f"`options` must have different keys, got {sorted(double)} twice")
        for name, preset in self.presets.items():
            unknown = set(preset.choices) - set(keys)
            if unknown:
                raise ValueError(f"preset '{name}' must choose known options, got {unknown}")
        names = [part.name for part in self.training]
        if len(set(names)) < len(names):
            raise ValueError(f"`training` must have different names, got {names}")

    @cached_property
    def by_key(self) -> dict[str, Option]:
        """Options by key."""
        return {option.key: option for option in self.options}

    @cached_property
    def pictured(self) -> tuple[Option, ...]:
        """The options that pictures in the browser hold."""
        return tuple(option for option in self.options if option.place == "picture")

    @cached_property
    def by_name(self) -> dict[str, Training]:
        """What it trains, by name."""
        return {part.name: part for part in self.training}

    def steered(self, choices: Choices) -> Training:
        """What the strip trains when these are the choices."""
        return self.training[0] if self.steers is None else self.by_name[self.steers(choices)]

    def watched(self, choices: Choices) -> tuple[str, ...]:
        """Names of the runs that train on while the page is looked at."""
        return tuple(self.by_name) if self.steers is None else (self.steered(choices).name,)

    def choices_by(self, preset: str) -> dict[str, Any]:
        """All choices of an experiment."""
        chosen = self.presets[preset]
        return self.opened(self.defaults | dict(chosen.choices), chosen.opening)

    def opened(self, choices: Choices, opening: Mapping[str, Any]) -> dict[str, Any]:
        """Choices with what pictures are told at once, where they do not say it themselves."""
        silent = (o.key for o in self.pictured if choices[o.key] == self.defaults[o.key])
        return dict(choices) | {key: opening[key] for key in silent if key in opening}

    @property
    def run_keys(self) -> tuple[str, ...]:
        """The keys under which a link names runs: the lesson's own, and one of another lesson."""
        own = tuple(part.link_key for part in self.training)
        return (*own, "of") if self.reads_runs_of else own

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Every option's value where a link says nothing."""
        sources = [made() for part in self.training for made in (part.config, part.controls)]
        if self.question is not None:
            sources.append(self.question({}))
        return {option.key: _read(option, sources, option.default) for option in self.options}

    def choices_of(self, *sources: Any) -> dict[str, Any]:
        """What the options would have to say for these configurations to come of them."""
        found = {option.key: _read(option, sources, _NOWHERE) for option in self.options}
        return {key: value for key, value in found.items() if value is not _NOWHERE}

    def configured(
        self, choices: Choices, part: Training, standing: Any = None
    ) -> tuple[Any, Any]:
        """Configuration and controls of ``part``.

        Args:
            choices: every option's value.
            part: what is trained.
            standing: the configuration of the run that stands, from which is taken over what no
                choice says; None: all is as the choices alone say.

        Raises:
            ValueError: naming the field, its bound and the value.
        """
        config, controls = self._configured(choices, part)
        if standing is not None and part.carries:
            carried = {name: getattr(standing, name) for name in part.carries}
            config = dataclasses.replace(config, **carried)
        return config, controls

    def _configured(self, choices: Choices, part: Training) -> tuple[Any, Any]:
        if part.configure is not None:
            return part.configure(choices)
        made: list[Any] = []
        for kind in (part.config, part.controls):
            fields = {field.name for field in dataclasses.fields(kind)}
            made.append(
                kind(**{o.field: choices[o.key] for o in self.options if o.field in fields})
            )
        return made[0], made[1]

    def refusal(self, key: str, value: Any) -> str:
        """Why the configuration does not accept a value; empty if it does."""
        option: Option = self.by_key[key]
        choices: Choices = self.defaults | {key: value}
        if option.has_ends and not option.rungs[0] <= value <= option.rungs[-1]:
            low, high = option.rungs[0], option.rungs[-1]
            return f"`{key}` must be from {low:,} to {high:,}, got {value:,}"
        try:
            if option.valid is not None:
                option.valid(value)
            if self.check is not None:
                choices, _ = self.check(choices)
            for part in self.training:
                self.configured(choices, part)
            if self.question is not None:
                self.question(choices)
        except ValueError as error:
            return str(error)
        return ""


@dataclass(frozen=True, kw_only=True)
class Mended:
    """A choice that does not fit the others and was changed.

    Attributes:
        key: the option.
        asked: what was chosen.
        used: what holds instead.
        sentence: the key of the reason in the lesson's words; empty: ``reason`` says it.
        reason: the message of a configuration.
    """

    key: str
    asked: Any
    used: Any
    sentence: str = ""
    reason: str = ""


_NOWHERE = object()


def _read(option: Option, sources: Any, otherwise: Any) -> Any:
    """An option's value in the first of the configurations that holds it."""
    for source in sources:
        try:
            if option.read is not None:
                return option.read(source)
            if option.field:
                value = source
                for name in option.field.split("."):
                    value = getattr(value, name)
                return value
        except (AttributeError, LookupError):
            continue
    return otherwise
