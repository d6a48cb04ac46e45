"""The command line: flags → settings, a report → an exit code. Nothing imports it.

What a command needs of the core is imported when it runs: `--help` must be quick.
"""

from harvester.cli.app import main

__all__ = ["main"]
