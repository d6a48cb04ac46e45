"""Harvest everything TMDB knows about a list of IMDb titles into a data lake.

This is the public API, which `docs/python.md` shows at work. What is not in `__all__` may change
in any version. Each name is imported when it is first used: `import harvester` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harvester.errors import (
    DocumentError,
    HarvesterError,
    InputError,
    LakeError,
    QuotaUsedUp,
    RouteError,
    RunHeld,
    SettingError,
    StoreDown,
    TokenRefused,
    UpstreamDown,
    UserError,
)
from harvester.version import __version__

if TYPE_CHECKING:
    from harvester.lake.documents.summary import Report
    from harvester.run.harvest import harvest
    from harvester.run.records import records
    from harvester.run.state import Event, Observe, Snapshot
    from harvester.run.stop import Stop
    from harvester.settings.load import Settings, load_settings
    from harvester.upstream.credential import Credential
    from harvester.zones.query.read_table import table
else:
    _MODULE_OF = {
        "Credential": "harvester.upstream.credential",
        "Event": "harvester.run.state",
        "Observe": "harvester.run.state",
        "Report": "harvester.lake.documents.summary",
        "Settings": "harvester.settings.load",
        "Snapshot": "harvester.run.state",
        "Stop": "harvester.run.stop",
        "harvest": "harvester.run.harvest",
        "load_settings": "harvester.settings.load",
        "records": "harvester.run.records",
        "table": "harvester.zones.query.read_table",
    }

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used (PEP 562)."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return value

    def __dir__() -> list[str]:
        """Return what there is, imported or not."""
        return sorted({*globals(), *__all__})


__all__ = [
    "Credential",
    "DocumentError",
    "Event",
    "HarvesterError",
    "InputError",
    "LakeError",
    "Observe",
    "QuotaUsedUp",
    "Report",
    "RouteError",
    "RunHeld",
    "SettingError",
    "Settings",
    "Snapshot",
    "Stop",
    "StoreDown",
    "TokenRefused",
    "UpstreamDown",
    "UserError",
    "__version__",
    "harvest",
    "load_settings",
    "records",
    "table",
]
