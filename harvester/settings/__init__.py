"""The settings of a run: flag > environment > `harvester.toml` > default."""

from harvester.settings.credential import read_credential, token_variables, without_tokens
from harvester.settings.files import FILE, read_setting_files
from harvester.settings.keys import BY_NAME, KEYS, Key, flag
from harvester.settings.load import (
    LOCAL_LAKE,
    SIMULATOR_HOST,
    Settings,
    gather,
    lake_of,
    load_settings,
    missing_token,
    origin_of,
)
from harvester.settings.value import Value

__all__ = [
    "BY_NAME",
    "FILE",
    "KEYS",
    "LOCAL_LAKE",
    "SIMULATOR_HOST",
    "Key",
    "Settings",
    "Value",
    "flag",
    "gather",
    "lake_of",
    "load_settings",
    "missing_token",
    "origin_of",
    "read_credential",
    "read_setting_files",
    "token_variables",
    "without_tokens",
]
