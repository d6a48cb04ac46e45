"""The settings of a run: flag > environment > `harvester.toml` > default."""

from harvester.settings.credential import TOKEN_VARIABLES, read_credential, without_tokens
from harvester.settings.keys import BY_NAME, KEYS, Key, flag
from harvester.settings.load import (
    FILE,
    LOCAL_LAKE,
    SIMULATOR_HOST,
    Settings,
    Value,
    gather,
    lake_of,
    load_settings,
    read_file,
)

__all__ = [
    "BY_NAME",
    "FILE",
    "KEYS",
    "LOCAL_LAKE",
    "SIMULATOR_HOST",
    "TOKEN_VARIABLES",
    "Key",
    "Settings",
    "Value",
    "flag",
    "gather",
    "lake_of",
    "load_settings",
    "read_credential",
    "read_file",
    "without_tokens",
]
