"""A lease in a local lake: a file lock, which the kernel releases when its process ends."""

import errno
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester.stores.lease import Holder, held_by, read_holder
from harvester.stores.local.confined import open_file

_LOG = logging.getLogger(__name__)
# What flock(2) says where a file system, often a network's, has no locks.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


@contextmanager
def held_file(path: Path, work: str) -> Iterator[None]:
    """Hold a lock on a file while the context is open.

    Raises `RunHeld`, `DocumentError` where it is a link or no file, and `OSError`.
    The file is not removed: if others were opening it, they would get locks on two files.
    Where there are no locks, the work goes on without one and a warning says so.
    """
    descriptor = open_file(path, os.O_RDWR | os.O_CREAT)  # emptied below: never a link's target
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise held_by(work, read_holder(os.pread(descriptor, 4096, 0))) from None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            _LOG.warning(
                "The lake's file system has no locks (flock: %s), so nothing keeps a second "
                "process away from %s: start one at a time.",
                error.strerror,
                work,
            )
        content = Holder().to_json(0)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, content, 0)
        yield
    finally:
        os.close(descriptor)
