"""How an engine is built: how many executors, which, and what they may do."""

import importlib
import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from core.execution.limits import WatchLimits
from core.validation import require_number

ExecutorFactory = Callable[[], Executor]

EXECUTOR_VARIABLE = "LATENT_FLOW_EXECUTOR"
"""Environment variable naming another executor factory, "module:function"."""

DEFAULT_EXECUTOR = "core.execution.processes:process_executor"
MAX_WORKERS = 8


def _default_num_workers() -> int:
    return min(MAX_WORKERS, os.cpu_count() or 1)


def _default_executor() -> str:
    return os.environ.get(EXECUTOR_VARIABLE) or DEFAULT_EXECUTOR


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """How an engine is built.

    Attributes:
        num_workers: training workers, one per core by default; the interactive one comes on top.
        executor: factory of single-worker executors, "module:function"; the environment variable
            ``LATENT_FLOW_EXECUTOR`` gives another default.
        warm_modules: what ``Engine.warm_up`` lets every worker import.
        watch: how long a worker may go without progress.

    Raises:
        ValueError: naming the field, its bound and the value.
    """

    num_workers: int = field(default_factory=_default_num_workers)
    executor: str = field(default_factory=_default_executor)
    warm_modules: tuple[str, ...] = ()
    watch: WatchLimits = field(default_factory=WatchLimits)

    def __post_init__(self) -> None:
        """Check every field."""
        require_number("num_workers", self.num_workers, at_least=1, at_most=MAX_WORKERS)
        module, separator, function = self.executor.partition(":")
        if not (module and separator and function):
            raise bad_executor(self.executor)


def bad_executor(path: str) -> ValueError:
    """What to raise where ``path`` names no factory of executors."""
    return ValueError(
        f"`executor` (or {EXECUTOR_VARIABLE}) must name a function that returns an Executor, "
        f"as 'module:function', got '{path}'"
    )


def executor_factory(path: str) -> ExecutorFactory:
    """The factory named ``"module:function"``.

    Raises:
        ValueError: when there is no such function.
    """
    module, _, name = path.partition(":")
    try:
        factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise bad_executor(path) from error
    if not callable(factory):
        raise bad_executor(path)
    return factory  # type: ignore[no-any-return]
