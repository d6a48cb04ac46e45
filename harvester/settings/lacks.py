"""What settings ask of an origin that it lacks."""

from collections.abc import Mapping

from harvester.errors import SettingError
from harvester.origins.abilities import LookingUp
from harvester.origins.origin import Origin
from harvester.settings.value import Value


def refuse_what_it_lacks(api: Origin, gathered: Mapping[str, Value]) -> None:
    """Raise `SettingError` for a setting that was given and that an origin has no use for."""
    for name, is_lacking, why in (
        ("language", not api.languages, "answers in one language"),
        ("requests", _mode(gathered) not in api.request_modes, "has no such way of being asked"),
        ("id_map", not isinstance(api, LookingUp), "has no ids to look up"),
        ("rate", _is_auto(gathered) and not api.auto_rate, "never says which rate it takes"),
    ):
        if is_lacking and (given := gathered.get(name)) is not None:
            raise SettingError(
                f"{given.origin} {str(given.text)[:80]} is nothing for {api.name}, which {why}: "
                "leave it out"
            )


def _mode(gathered: Mapping[str, Value]) -> object:
    return gathered["requests"].value if "requests" in gathered else None


def _is_auto(gathered: Mapping[str, Value]) -> bool:
    return "rate" in gathered and gathered["rate"].value == "auto"
