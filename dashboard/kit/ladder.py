"""1–2–5 ladders: the values of a slider whose meaning is a ratio."""


def ladder(low: float, high: float, *, with_zero: bool = False) -> tuple[float, ...]:
    """1, 2, 5, 10, 20, … times a power of ten, from ``low`` to ``high``, both on the ladder."""
    rungs: list[float] = [0.0] if with_zero else []
    for exponent in range(-9, 10):
        for digit in (1, 2, 5):
            value = float(f"{digit}e{exponent}")
            if low <= value <= high:
                rungs.append(value)
    return tuple(rungs)
