"""What the tests of the desk ask, and workers that answer when told so."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

from core.execution.outcomes import Standing
from dashboard.kit.desk import Desk
from dashboard.kit.questions import Question, Request


class FakeWorkers:
    """Answers when told so; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, float | None]] = []
        self.waiting: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []
        self.refusal: Exception | None = None
        self.standings: dict[int | None, Standing] = {}
        self.preferred: list[int | None] = []

    def request(
        self, function: Callable[..., Any], *args: Any, deadline: float | None = None
    ) -> Future[Any]:
        return self._take("interactive", function, args, deadline)

    def submit_slice(
        self,
        preferred: int | None,
        function: Callable[..., Any],
        *args: Any,
        deadline: float | None = None,
    ) -> tuple[int, Future[Any]]:
        self.preferred.append(preferred)
        return 1, self._take("training", function, args, deadline)

    def standing(self, index: int | None = None) -> Standing:
        return self.standings.get(index, "ready")

    def _take(
        self, kind: str, function: Callable[..., Any], args: Any, deadline: float | None
    ) -> Future[Any]:
        if self.refusal is not None:
            raise self.refusal
        self.asked.append((kind, args[0] if args else None, deadline))
        future: Future[Any] = Future()
        self.waiting.append((future, function, args))
        return future

    def land(self) -> None:
        """Answer the oldest question that is still wanted."""
        future, function, args = self.waiting.pop(0)
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)

    def lose(self, error: Exception | None = None) -> None:
        """Lose the worker of the oldest question."""
        self.waiting.pop(0)[0].set_exception(error or BrokenExecutor("lost"))


def square(number: int) -> int:
    return number * number


def divide(number: int) -> float:
    return 1 / number


def picture(step: int, run: str = "a", function: Callable[..., Any] = square) -> Question:
    """A picture of a run at a step."""
    return Question(
        name="picture",
        key=(run, step),
        identity=run,
        request=Request(function=function, args=(step,)),
    )


def part(first: int, count: int) -> list[int]:
    return list(range(first, first + count))


def trial(size: int = 7, key: str = "t") -> Question:
    """A first part of two at once, then slices of three on the training workers."""

    def following(done: list[int]) -> Request | None:
        left = size - len(done)
        if left <= 0:
            return None
        return Request(function=part, args=(len(done), min(3, left)), worker="training")

    return Question(
        name="trial",
        key=(key, size),
        request=Request(function=part, args=(0, 2)),
        following=following,
        merge=lambda done, new: done + new,
    )


def seen(desk: Desk, name: str = "picture") -> tuple[Any, bool, bool]:
    """Value, is_current and is_waiting, after what has come was taken in."""
    desk.settle(0)
    answer = desk.answer(name)
    return answer.value, answer.is_current, answer.is_waiting
