"""`owner.json`, `owner-seen.json`: which execution of an engine owns a run, and when it was seen.

    version     1
    execution   the engine's name of it: of AWS's state machine its ARN
    at          `owner.json`: when it took the run; `owner-seen.json`: when a worker of it last said
                that it is at work

Both are overwritten in place. Without `owner.json` nobody owns the run. They are two objects
because only a plan may say who owns a run: a worker that wrote `owner.json` again might write over
the execution that took the run over a moment ago.
"""

from dataclasses import dataclass
from typing import Annotated, Final

import orjson
from msgspec import Meta

from harvester.lake.documents.loading import damaged, get_document, is_moment, plain, read_document
from harvester.lake.keys import RunFolder
from harvester.model import Moment
from harvester.stores import Store

VERSION: Final = 1
_MOST: Final = 10_000
_WAY_OUT: Final = "stop the executions of its run, then delete it"

Execution = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f]{1,512}\Z")]
"""What an engine calls one execution, on one line."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What the module's docstring describes."""

    execution: Execution
    at: Moment

    def to_json(self) -> bytes:
        """Return the document as it is stored."""
        return orjson.dumps({"version": VERSION, **plain(self)}, option=orjson.OPT_APPEND_NEWLINE)


async def load_owner(store: Store, folder: RunFolder) -> Owner | None:
    """Return who owns a run, or None. Raises `DocumentError` when it can't be read."""
    return await _load(store, folder.owner)


async def load_owner_seen(store: Store, folder: RunFolder) -> Owner | None:
    """Return the execution that was seen last, and when. Raises as `load_owner` does."""
    return await _load(store, folder.owner_seen)


async def _load(store: Store, key: str) -> Owner | None:
    data = await get_document(store, key, _MOST, way_out=_WAY_OUT)
    if data is None:
        return None
    found = read_document(Owner, key, data, way_out=_WAY_OUT)
    if not is_moment(found.at):
        raise damaged(key, _WAY_OUT)
    return found
