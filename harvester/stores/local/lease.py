"""A lease in a local lake: a file lock, which the kernel releases when its process ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.stores.lease import Holder, held_by, read_holder


@contextmanager
def held_file(path: Path, run: str) -> Iterator[None]:
    """Hold a lock on a file while the context is open. Raises `RunHeld`, `OSError`.

    The file is not removed: if others were opening it, they would get locks on two files.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise held_by(run, read_holder(os.pread(descriptor, 4096, 0))) from None
        content = Holder().to_json(0)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content, 0)
        yield
    finally:
        os.close(descriptor)
