"""What a person sees of a build while it works: its step, on a terminal alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from harvester.cli.console.terminal import open_console
from harvester.run.visible import visible


@contextmanager
def shown_steps(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give what shows the step at work, on stderr, until the next one or the end."""
    console = open_console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield lambda step: status.update(Text(visible(step)))
