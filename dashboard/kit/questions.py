"""Questions to the workers and their answers, as values."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from core.execution.outcomes import Standing


FailureKind = Literal["lost", "hung", "closed", "failed"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """One task for a worker.

    Attributes:
        function: top-level, so that it can travel.
        args: what it is called with, picklable.
        deadline: seconds it may go without progress; None: as long as the engine gives everybody.
        worker: the interactive one, which all sessions share and which is quick to answer, or the
            least loaded training worker, for what takes longer than a moment.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    deadline: float | None = None
    worker: Literal["interactive", "training"] = "interactive"


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What a page wants to know.

    Attributes:
        name: which question of the page it is.
        key: all that the answer depends on.
        request: what to ask first.
        identity: what an older answer must have in common with this question to be shown until
            the newest comes, such as a run and its generation; None: nothing older will do.
        following: for a long answer, from the answer so far to what is to be asked next, or None
            when it is whole.
        merge: from the answer so far and the newest part to both together; without it a newer
            part takes the place of the answer so far.
    """

    name: str
    key: Hashable
    request: Request
    identity: Hashable = None
    following: Callable[[Any], Request | None] | None = None
    merge: Callable[[Any, Any], Any] | None = None

    def is_like(self, other: Question) -> bool:
        """Whether an answer to one may be shown until the answer to the other comes."""
        if self.identity is None or other.identity is None:
            return self.key == other.key
        return self.identity == other.identity


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why no answer will come, as far as it is not there.

    Attributes:
        kind: workers were lost, or hung, again and again; the engine is closed; or the computation
            raised an exception.
        type: name of the exception.
        text: its text.
    """

    kind: FailureKind
    type: str
    text: str

    def __str__(self) -> str:
        """In English; a page has words of its own for every kind."""
        if self.kind in ("lost", "hung"):
            return f"its worker was {self.kind} again and again"
        return f"{self.type}: {self.text}" if self.text else self.type


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """How one question stood when the page last asked or settled.

    Attributes:
        value: the answer, a part of it, or an older one of the same identity; None if there is
            none.
        key: the key of ``value``.
        is_current: whether ``value`` answers the newest question, if only in part.
        is_waiting: whether more is to come: the page should come by again.
        error: why nothing more will come.
        worker: how the worker gets on that has the question.
    """

    value: Any = None
    key: Hashable = None
    is_current: bool = False
    is_waiting: bool = False
    error: Failure | None = None
    worker: Standing = "ready"
