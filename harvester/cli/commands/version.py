"""`harvester version`: what to name when something is asked or reported."""

import platform

from harvester.cli import options
from harvester.cli.output import ensure_written, show, write_json
from harvester.version import __version__


def version_command(*, as_json: options.Json = False) -> None:
    """Print the version, Python's and the system's.

    Examples:
        harvester version            # what to name in a report
        harvester version --json
        harvester version --json | jq -r .harvester
    """
    system = f"{platform.system()} {platform.machine()}"
    if as_json:
        write_json(
            {"harvester": __version__, "python": platform.python_version(), "system": system}
        )
        return
    show(f"harvester {__version__}, Python {platform.python_version()}, {system}")
    ensure_written()
