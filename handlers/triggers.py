"""Events that EventBridge sends by itself, and which of them start a run.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from harvester.errors import SettingError
from harvester.lake.keys import CSV_ROOT, parse_csv_key

ON_UPLOAD = "TMDB_ON_UPLOAD"
"""The environment variable that lets an uploaded CSV start a run: `true`, or `false`."""


class _Object(msgspec.Struct):
    key: str


class _Created(msgspec.Struct):
    object: _Object


def starts_on_upload(environ: Mapping[str, str]) -> bool:
    """Return whether an uploaded CSV starts a run. Raises `SettingError`."""
    given = environ.get(ON_UPLOAD, "").strip().casefold()
    if given not in {"", "true", "false"}:
        raise SettingError(f"{ON_UPLOAD} takes true or false, not {given[:80]!r}")
    return given == "true"


def check_trigger(event: Mapping[str, Any], *, on_upload: bool) -> None:
    """Raise `SettingError` for what starts no run."""
    match event["detail-type"]:
        case "Scheduled Event":
            return
        case "Object Created":
            _check_upload(event.get("detail"), on_upload=on_upload)
        case other:
            raise SettingError(
                f"an event of the type {repr(other)[:80]} starts no run: only a Scheduled Event "
                f"does, or an Object Created of a CSV below {CSV_ROOT}"
            )


def _check_upload(detail: object, *, on_upload: bool) -> None:
    try:
        key = msgspec.convert(detail, _Created).object.key
    except msgspec.ValidationError:
        raise SettingError("the event Object Created names no object's key") from None
    if parse_csv_key(key) is None:
        raise SettingError(
            f"the upload of {key[:200]!r} starts no run: only that of a CSV does, below "
            f"{CSV_ROOT}Movies/ or {CSV_ROOT}Series/"
        )
    if not on_upload:
        raise SettingError(
            f"the upload of a CSV starts no run here: set {ON_UPLOAD} to true if it is to"
        )
