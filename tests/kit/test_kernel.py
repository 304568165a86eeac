"""The kernel that multiplies in the browser, run here by another WebAssembly engine."""

import numpy as np
import pytest
import wasmtime

from dashboard.components.modules import STATIC

KERNEL = STATIC / "shared"
PAGE = 65536


def test_the_kernel_is_its_text_assembled() -> None:
    text = (KERNEL / "multiply.wat").read_text(encoding="utf-8")
    assert bytes(wasmtime.wat2wasm(text)) == (KERNEL / "multiply.wasm").read_bytes()


@pytest.mark.parametrize(("rows", "width", "outputs"), [(4, 4, 2), (8, 12, 6), (16, 256, 784)])
def test_the_kernel_multiplies(rows: int, width: int, outputs: int) -> None:
    rng = np.random.default_rng(rows)
    x, weights = rng.normal(size=(rows, width)), rng.normal(size=(outputs, width))
    bias = rng.normal(size=outputs)
    found = _product(*(array.astype(np.float32) for array in (x, weights, bias)))
    np.testing.assert_allclose(found, x @ weights.T + bias, rtol=1e-4, atol=1e-4)


def _product(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """``x Wᵀ + b`` by the kernel, everything laid into its memory one after the other."""
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, (KERNEL / "multiply.wasm").read_bytes())
    exports = wasmtime.Instance(store, module, []).exports(store)
    memory, multiply = exports["memory"], exports["multiply"]
    assert isinstance(memory, wasmtime.Memory)
    assert isinstance(multiply, wasmtime.Func)
    places = np.cumsum([0, weights.nbytes, x.nbytes, -(-bias.nbytes // 16) * 16])
    memory.grow(store, -(-(int(places[-1]) + 4 * len(x) * len(bias)) // PAGE))
    for array, place in zip((weights, x, bias), places[:3].tolist(), strict=True):
        memory.write(store, array.tobytes(), place)
    pitch = 4 * len(bias)
    multiply(
        store,
        int(places[1]),
        len(x),
        x.strides[0],
        0,
        len(bias),
        int(places[2]),
        int(places[3]),
        pitch,
    )
    raw = memory.read(store, int(places[3]), int(places[3]) + len(x) * pitch)
    return np.frombuffer(bytes(raw), np.float32).reshape(len(x), len(bias))
