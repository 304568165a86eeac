"""What a browser sends for a widget: the state it is in, as Streamlit's protocol wants it."""

from collections.abc import Sequence
from typing import Any

from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState


def given_state(kind: str, proto: Any) -> WidgetState | None:
    """The state that the server gives a widget; None for what has none, such as a button."""
    if kind not in _GIVEN:
        return None
    return chosen_state(kind, proto, _GIVEN[kind](proto))


def chosen_state(kind: str, proto: Any, values: Sequence[Any]) -> WidgetState:
    """The state in which a visitor puts a widget: the texts of options, or numbers.

    Raises:
        ValueError: for a kind of widget that the lesson does not have.
    """
    state = WidgetState(id=proto.id)
    if kind == "button_group" or (kind == "slider" and proto.type == Slider.SELECT_SLIDER):
        state.string_array_value.data.extend(values)
    elif kind == "slider":
        state.double_array_value.data.extend(values)
    elif kind == "selectbox":
        state.string_value = values[0]
    elif kind == "checkbox":
        state.bool_value = values[0]
    elif kind == "number_input":
        _set_number(state, proto, values[0])
    else:
        raise ValueError(f"`kind` must be a known widget, got '{kind}'")
    return state


def _set_number(state: WidgetState, proto: Any, value: float) -> None:
    """A field holds whole numbers or others, and is told so by its data type."""
    if proto.data_type == NumberInput.FLOAT:
        state.double_value = float(value)
    else:
        state.int_value = int(value)


def _slider(proto: Any) -> Sequence[Any]:
    if proto.type != Slider.SELECT_SLIDER:
        return proto.value if proto.set_value else proto.default
    return proto.raw_value if proto.set_value else [proto.options[int(i)] for i in proto.default]


def _button_group(proto: Any) -> Sequence[str]:
    return (
        proto.raw_values if proto.set_value else [proto.options[i].content for i in proto.default]
    )


def _selectbox(proto: Any) -> Sequence[str]:
    return [proto.raw_value if proto.set_value else proto.options[proto.default]]


def _single(proto: Any) -> Sequence[Any]:
    return [proto.value if proto.set_value else proto.default]


_GIVEN = {
    "slider": _slider,
    "button_group": _button_group,
    "selectbox": _selectbox,
    "checkbox": _single,
    "number_input": _single,
}
