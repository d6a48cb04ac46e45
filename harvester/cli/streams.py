"""Standard streams that nobody may be listening to: what can't be written never stops a command.

A reader that left (EPIPE), a full disk, a terminal that is gone (EIO) and a stream that was closed
at the start are no reason to end a harvest, nor to change what its exit code says.
"""

import errno
import io
import os
import select
import sys
from typing import Any, TextIO


class _Unheeded(io.FileIO):
    """A file whose writes never fail; `lost` is the first error, if there was one."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.lost: OSError | None = None

    def write(self, data: Any) -> int:
        """Write, or take note that it can't be written."""
        size = memoryview(data).nbytes
        try:
            written = super().write(data)
            while written is None:  # a descriptor that does not block, and is full
                select.select([], [self], [])
                written = super().write(data)
        except OSError as error:
            self.lost = self.lost or error
            return size
        return written


def open_streams() -> None:
    """Put streams that never fail in the place of stdout and stderr, also where they are closed.

    A closed descriptor is taken first, so that no file or socket of ours is given its number.
    """
    sys.stdin = sys.stdin or open(_taken(0), encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.stdout = _unheeded(sys.stdout, 1)
    sys.stderr = _unheeded(sys.stderr, 2)


def lost_output() -> OSError | None:
    """Return why something for stdout could not be written, or None.

    A reader that left had enough: that is None, too.
    """
    try:
        sys.stdout.flush()
    except OSError as error:  # a stream of somebody else's
        lost: OSError | None = error
    else:
        raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
        lost = raw.lost if isinstance(raw, _Unheeded) else None
    return None if lost is not None and lost.errno == errno.EPIPE else lost


def takes_more() -> bool:
    """Write out what was printed; return whether stdout still takes what is."""
    try:
        sys.stdout.flush()
    except OSError:
        return False
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return not isinstance(raw, _Unheeded) or raw.lost is None


def _unheeded(stream: TextIO | None, number: int) -> TextIO:
    try:
        descriptor = _taken(number) if stream is None else stream.fileno()
    except (OSError, ValueError):  # no file at all, as in tests
        return stream if stream is not None else sys.__stdout__ or io.StringIO()
    is_terminal = os.isatty(descriptor)
    return io.TextIOWrapper(
        io.BufferedWriter(_Unheeded(descriptor)),
        encoding=getattr(stream, "encoding", "utf-8"),
        errors=_errors(stream),
        line_buffering=getattr(stream, "line_buffering", is_terminal),
        write_through=getattr(stream, "write_through", False),
    )


def _errors(stream: TextIO | None) -> str:
    """Return what becomes of characters that the stream's encoding lacks: never an exception.

    In the C locale Python has `surrogateescape` there, which raises for all but bytes of a file.
    """
    errors = getattr(stream, "errors", None) or "strict"
    return "backslashreplace" if errors in {"strict", "surrogateescape"} else errors


def _taken(number: int) -> int:
    """Return a descriptor that takes no bytes, with this number if it is free."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        os.fstat(number)
    except OSError:
        os.dup2(nothing, number)
        os.close(nothing)
        return number
    return nothing
