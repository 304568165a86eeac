"""How an option is read where several configurations have fields of one name."""

from collections.abc import Callable
from typing import Any


def read(kind: type, field: str, as_value: Callable[[Any], Any] | None = None) -> Any:
    """What reads an option from a configuration of ``kind``: others have fields of that name."""

    def value(source: Any) -> Any:
        if type(source) is not kind:
            raise LookupError(field)
        found = getattr(source, field)
        return found if as_value is None else as_value(found)

    return value
