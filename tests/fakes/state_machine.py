"""Runs a state machine's definition: the part of the Amazon States Language that the template uses.

https://states-language.net/spec.html. The test provides tasks and S3; waits are only recorded.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from jsonpath_ng.parser import parse
from s3_servers import S3Server

Task = Callable[[str, Any], Awaitable[Any]]


class TaskFailed(Exception):
    """A task ended with an error of this name."""

    def __init__(self, name: str, message: str = "") -> None:
        super().__init__(name, message)
        self.name = name


def reader(server: S3Server) -> Callable[[str, str], Any]:
    """Return what reads an object of JSON from a server, as an `Execution` does."""

    def read(bucket: str, key: str) -> Any:
        client = boto3.Session().client(
            "s3", endpoint_url=server.endpoint, config=Config(s3={"addressing_style": "path"})
        )
        try:
            return json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())
        finally:
            client.close()

    return read


@dataclass(slots=True)
class Execution:
    """One execution: its input, and what was observed."""

    task: Task
    read: Callable[[str, str], Any]
    context: dict[str, Any]
    visited: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    async def carry_out(self, machine: dict[str, Any], data: Any) -> Any:
        """Return the output of a (sub-)machine. Raises `TaskFailed`."""
        name: str | None = machine["StartAt"]
        while name is not None:
            self.visited.append(name)
            state = machine["States"][name]
            data, name = await self._step(state, data)
        return data

    async def _step(self, state: dict[str, Any], data: Any) -> tuple[Any, str | None]:
        following = None if state.get("End") else state.get("Next")
        match state["Type"]:
            case "Succeed":
                return data, None
            case "Choice":
                chosen = (one["Next"] for one in state["Choices"] if self._holds(one, data))
                return data, next(chosen, state["Default"])
            case "Pass":
                result = state.get("Result", self._filled(state.get("Parameters"), data))
            case "Task":
                result = await self._try(state, self._filled(state.get("Parameters"), data))
            case "Map":
                result = await self._map(state, data)
        if "ResultSelector" in state:
            result = self._filled(state["ResultSelector"], result)
        if "ResultPath" in state:
            result = {**data, state["ResultPath"].removeprefix("$."): result}
        if "OutputPath" in state:
            result = self._path(state["OutputPath"], result)
        return result, following

    async def _try(self, state: dict[str, Any], event: Any) -> Any:
        tried: dict[int, int] = {}
        while True:
            try:
                return await self.task(state["Resource"], event)
            except TaskFailed as error:
                rules = enumerate(state.get("Retry", []))
                rule = next((i for i, one in rules if error.name in one["ErrorEquals"]), None)
                if rule is None or tried.get(rule, 0) >= state["Retry"][rule]["MaxAttempts"]:
                    raise
                retry = state["Retry"][rule]
                wait = retry["IntervalSeconds"] * retry["BackoffRate"] ** tried.get(rule, 0)
                self.waited.append(min(wait, retry.get("MaxDelaySeconds", wait)))
                tried[rule] = tried.get(rule, 0) + 1

    async def _map(self, state: dict[str, Any], data: Any) -> list[Any]:
        where = self._filled(state["ItemReader"]["Parameters"], data)
        items = self.read(where["Bucket"], where["Key"])
        outputs = []
        for item in items:
            self.context["Map"] = {"Item": {"Value": item}}
            event = self._filled(state["ItemSelector"], data)
            outputs.append(await self.carry_out(state["ItemProcessor"], event))
        assert self._path(state["MaxConcurrencyPath"], data) >= 1
        return outputs

    def _holds(self, rule: dict[str, Any], data: Any) -> bool:
        value = self._path(rule["Variable"], data)
        if "BooleanEquals" in rule:
            return value is rule["BooleanEquals"]
        if "StringEquals" in rule:
            return bool(value == rule["StringEquals"])
        if "IsNull" in rule:
            return (value is None) is rule["IsNull"]
        if "NumericGreaterThan" in rule:
            return bool(value > rule["NumericGreaterThan"])
        return bool(value == self._path(rule["StringEqualsPath"], data))

    def _filled(self, template: Any, data: Any) -> Any:
        if template is None:
            return data
        return {
            name.removesuffix(".$"): self._value(value, data) if name.endswith(".$") else value
            for name, value in template.items()
        }

    def _value(self, text: str, data: Any) -> Any:
        text = text.strip()
        if text.startswith("$"):
            return self._path(text, data)
        if text.startswith("'"):
            return text[1:-1]
        if call := re.fullmatch(r"States\.(\w+)\((.*)\)", text, re.DOTALL):
            values = [self._value(one, data) for one in call[2].split(",")]
            match call[1]:
                case "ArrayContains":
                    return values[1] in values[0]
                case "JsonMerge":
                    return {**values[0], **values[1]}
                case "StringToJson":
                    return json.loads(values[0])
        return json.loads(text)

    def _path(self, path: str, data: Any) -> Any:
        if path.startswith("$$."):
            path, data = path[1:], self.context
        found = [one.value for one in parse(path).find(data)]
        if ":" in path or "*" in path:  # a slice, as a wildcard, gives every match
            return found
        assert len(found) == 1, (path, data)
        return found[0]
