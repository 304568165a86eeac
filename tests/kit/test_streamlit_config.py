"""The server's settings mean what we think: Streamlit still knows every option that we set."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

FILE = Path(__file__).resolve().parents[2] / "dashboard/.streamlit/config.toml"
SETTINGS = tomllib.loads(FILE.read_text(encoding="utf-8"))
OPTIONS = [
    f"{section}.{name}"
    for section, values in SETTINGS.items()
    for name, value in values.items()
    if not isinstance(value, dict)
]


@pytest.mark.parametrize("option", OPTIONS)
def test_streamlit_knows_the_option(option: str) -> None:
    assert option in config.get_config_options()


def test_the_server_is_private_quiet_and_does_not_collect_after_every_run() -> None:
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["server"]["maxUploadSize"] <= 10
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["runner"]["postScriptGC"] is False


def test_no_message_is_sent_as_a_reference_to_an_earlier_one() -> None:
    name = "global.minCachedMessageSize"
    default = config.get_option(name)
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 10**6
    populate_hash_if_needed(message)
    assert message.metadata.cacheable
    config.set_option(name, SETTINGS["global"]["minCachedMessageSize"])
    message.hash = ""
    populate_hash_if_needed(message)
    config.set_option(name, default)
    assert not message.metadata.cacheable


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_charts_know_the_background_of_each_theme(theme: str) -> None:
    from dashboard.theme import BACKGROUNDS, TRUTH_COLORS

    assert SETTINGS["theme"][theme]["backgroundColor"] == BACKGROUNDS[theme]
    assert SETTINGS["theme"][theme]["textColor"] == TRUTH_COLORS[theme]
