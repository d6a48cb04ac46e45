"""The most requests a second that an event may ask for: what the environment says, so the stack."""

from collections.abc import Mapping
from typing import Any

from harvester.errors import SettingError
from harvester.settings import BY_NAME, gather, read_setting_files


def within_ceiling(flags: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Return an event's settings, held to the rate of the environment where it has one.

    `auto` climbs to that at most. (`HARVESTER_MAX_RATE` is a ceiling, too, for whoever asks.)
    Raises `SettingError` for a higher rate.
    """
    file = read_setting_files()
    asked, here = gather(flags, environ, file), gather({}, environ, file)
    most = here["rate"].value if "rate" in here else "auto"
    rate = asked["rate"].value if "rate" in asked else most
    if most == "auto":
        return dict(flags)
    if rate == "auto":
        climbs = asked["max_rate"].value if "max_rate" in asked else most
        return {**flags, "max_rate": min(climbs, most)}
    if rate > most:
        raise SettingError(
            f"the event's rate {rate:g} is above {BY_NAME['rate'].variable} {most:g}, the most "
            "that an event may ask for"
        )
    return dict(flags)
