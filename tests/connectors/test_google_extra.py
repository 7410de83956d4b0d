"""Skips visibly where nothing of Google could be tested."""

import importlib
import importlib.util

import pytest

from bot.bootstrap.services import make_google
from bot.core.config import load_settings
from bot.core.errors import BadInput


def test_what_is_tested_of_google_needs_its_library():
    if importlib.util.find_spec("googleapiclient") is None:
        pytest.skip("the extra `google` is not installed: nothing of tests/connectors/google was run")
    assert importlib.import_module("connectors.google.client")


def test_without_its_library_the_settings_say_how_to_install_it(tmp_path):
    if importlib.util.find_spec("googleapiclient") is not None:
        pytest.skip("the extra `google` is installed")
    with pytest.raises(BadInput, match=r"pip install 'handbell\[google\]'"):
        make_google(load_settings(data=tmp_path, google_credentials=tmp_path / "key.json"))
