"""Runs the emulator `ministack` with what it lacks; a program for the Python that has it.

    .venv-aws/bin/python tests/fakes/patched_ministack.py REFUSES

It takes every resource of the template. While a file REFUSES is there, it takes no alarm on an
expression, so that a deploy fails. Each patch is listed with the proof that it is needed: once the
emulator can do it, the program ends with a sentence, and the tests on it fail until the patch is
taken out.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_LAST = re.compile(r"\[-(\d+):\]")


def _slices(steps: Any) -> Callable[[], None] | None:
    """Resolve `$.list[-1:]` of JSONPath, as Step Functions does."""
    plain = steps._resolve_path
    if plain("$.list[-1:].name", {"list": [{"name": "a"}, {"name": "b"}]}) == ["b"]:
        return None

    def resolve(path: Any, data: Any) -> Any:
        found = _LAST.search(path) if isinstance(path, str) else None
        if found is None:
            return plain(path, data)
        items = plain(path[: found.start()], data)
        last = items[-int(found[1]) :] if isinstance(items, list) else []
        return [plain("$" + path[found.end() :], item) for item in last]

    def patch() -> None:
        steps._resolve_path = resolve

    return patch


def _metric_math(provisioners: Any, refuses: Path) -> Callable[[], None] | None:
    """Take an alarm on an expression, and keep it as one on the first of its metrics."""
    plain = provisioners._cw_metric_alarm_record
    metric = {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}
    example = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0,
        "Metrics": [{"Id": "all", "Expression": "m + m"}, {"Id": "m", "MetricStat": metric}],
    }
    try:
        plain("example", example)
    except ValueError:
        pass
    else:
        return None

    def record(name: str, props: dict[str, Any]) -> Any:
        stats = [one["MetricStat"] for one in props.get("Metrics", []) if "MetricStat" in one]
        if not stats or refuses.exists():
            return plain(name, props)
        first = stats[0]
        kept = {key: value for key, value in props.items() if key != "Metrics"}
        named = {"Period": first["Period"], "Statistic": first["Stat"], **first["Metric"]}
        return plain(name, {**kept, **named})

    def patch() -> None:
        provisioners._cw_metric_alarm_record = record

    return patch


def _bucket_tags(provisioners: Any) -> Callable[[], None] | None:
    """Give a bucket the tags of its template."""
    plain, tags = provisioners._s3_create, provisioners._s3._bucket_tags
    example = {"BucketName": "example", "Tags": [{"Key": "key", "Value": "value"}]}
    plain("Example", example, "stack")
    is_done = bool(tags.get("example"))
    provisioners._s3_delete("example", example)
    if is_done:
        return None

    def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        made = plain(logical_id, props, stack_name)
        tags[made[0]] = {one["Key"]: one["Value"] for one in props.get("Tags", [])}
        return made

    def patch() -> None:
        provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]["create"] = create

    return patch


def main() -> None:
    """Patch the emulator and run it."""
    refuses = Path(sys.argv.pop(1))
    from ministack import app  # noqa: PLC0415 - only its own Python has it
    from ministack.services import stepfunctions  # noqa: PLC0415
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    patches = {
        "slices of JSONPath": _slices(stepfunctions),
        "alarms on metric math": _metric_math(provisioners, refuses),
        "tags of a template's bucket": _bucket_tags(provisioners),
    }
    for name, patch in patches.items():
        if patch is None:
            sys.exit(f"the emulator has {name}: take the patch out")
        patch()
    app.main()


if __name__ == "__main__":
    main()
