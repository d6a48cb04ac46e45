"""An error about an input says which file names it, where one does."""

from collections.abc import Iterator
from contextlib import contextmanager

from harvester.errors import InputError, LakeError
from harvester.settings import Settings


@contextmanager
def saying_who_named(settings: Settings) -> Iterator[None]:
    """Add to an error about an input the key of the file that names it."""
    try:
        yield
    except (InputError, LakeError) as error:
        if not settings.inputs_from:
            raise
        see = f"; see {settings.inputs_from}"
        if isinstance(error, InputError):
            raise InputError(f"{error}{see}", unquoted=f"{error.unquoted}{see}") from None
        raise type(error)(f"{error}{see}") from None
