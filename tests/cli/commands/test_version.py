"""`harvester version`."""

import json
import platform

from command_line import harvester

from harvester.version import __version__


async def test_what_a_report_names() -> None:
    """The harvester's version as in `--version`, Python's and the system's."""
    said = (await harvester("version")).out
    alone = (await harvester("--version")).out
    assert alone == f"harvester {__version__}\n"
    assert said.startswith(f"harvester {__version__}, Python {platform.python_version()}, ")
    found = json.loads((await harvester("version", "--json")).out)
    assert found["harvester"] == __version__
    assert found["system"] in said
