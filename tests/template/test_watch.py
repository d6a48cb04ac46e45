"""Alarms, dashboard, roles and lifecycle of template.yaml: what they watch is there, and fires."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from manual import ROOT
from moved_clock import move
from template import TEMPLATE, load

from handlers.metrics import _UNITS, NAMESPACE
from handlers.telemetry import Telemetry
from harvester.run.stop import Stop

RESOURCES: dict[str, Any] = load()["Resources"]
ALARMS = {
    name: one["Properties"]
    for name, one in RESOURCES.items()
    if one["Type"] == "AWS::CloudWatch::Alarm"
}
START = datetime(2026, 11, 1, tzinfo=UTC)


def _schedules() -> list[str]:
    """Return the schedules that the manual says the alarms are made for."""
    page = (ROOT / "docs" / "aws.md").read_text("utf-8")
    return re.findall(r"^\| `(cron\(.+?\))` \|", page, re.MULTILINE)


def _calls(schedule: str) -> list[datetime]:
    """Return when a schedule of minutes, hours and a day calls in 62 days."""
    found = re.fullmatch(r"cron\((\S+) (\S+) (\S+) \* \? \*\)", schedule)
    assert found is not None, schedule
    minutes, hours, days = found.groups()
    step = int(minutes.partition("/")[2] or 60)
    first, _, last = hours.replace("*", "0-23").partition("-")
    times = []
    for day in range(62):
        date = START + timedelta(days=day)
        if days in {"*", str(date.day)}:
            span = range(int(first), int(last or first) + 1)
            times += [date.replace(hour=h, minute=m) for h in span for m in range(0, 60, step)]
    return times


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


async def _datapoints(
    schedule: str, hours: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[datetime, float]:
    """Return the overdue alarm's metric by hour, where each run needs so many hours of calls.

    As the handler writes it: a call of the state machine works on for hours, in calls of 15
    minutes; one of the function for 15 minutes.
    """
    shown = START
    move(monkeypatch, lambda: shown.timestamp())  # noqa: PLW0108 - it is another one by then
    telemetry = Telemetry("s3://lake", Stop(), _Context())
    points: dict[datetime, float] = {}
    began, worked = None, 0.0
    is_function = "0/15" in schedule
    free_at = START
    for call in _calls(schedule):
        shown = max(call, free_at)
        for _ in range(1 if is_function else 48):  # the machine goes on for 12 hours here
            if began is None:
                began, worked = shown, 0.0
            shown += timedelta(minutes=14)
            worked += 0.25
            is_done = worked >= hours
            reason = "finished" if is_done else "deadline"
            content = {
                "run": "r",
                "done": is_done,
                "finish_reason": reason,
                "started_at": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            telemetry.ended("run", content)
            said = json.loads(capsys.readouterr().out.splitlines()[-1])
            hour = shown.replace(minute=0)
            if "UnfinishedHours" in said:
                points[hour] = max(points.get(hour, 0), said["UnfinishedHours"])
            shown += timedelta(minutes=1)
            free_at = shown
            if is_done:
                began = None
                break
    return points


def _fires(alarm: dict[str, Any], points: dict[datetime, float]) -> bool:
    """Say whether an alarm on one datapoint an hour, missing ones not breaching, is raised."""
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Statistic"]) == (3600, 1, "Maximum")
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    threshold = load()["Parameters"][alarm["Threshold"]["Ref"]]["Default"]
    return any(value > threshold for value in points.values())


@pytest.mark.parametrize("schedule", _schedules())
async def test_the_overdue_alarm_fires_for_each_schedule(
    schedule: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that never ends raises it; runs that end within their first hours never do."""
    never = await _datapoints(schedule, 1e9, monkeypatch, capsys)
    assert _fires(ALARMS["OverdueAlarm"], never)
    soon = await _datapoints(schedule, 3, monkeypatch, capsys)
    assert soon
    assert not _fires(ALARMS["OverdueAlarm"], soon)


def test_the_manual_names_schedules() -> None:
    """A table that is not found would prove nothing."""
    assert len(_schedules()) == 4


def test_alarms_watch_what_there_is() -> None:
    """Each own metric is one that the handler writes or a filter makes; each alarm mails.

    Skipped runs, timeouts, errors and throttles of all functions are among them.
    """
    filtered = {
        change["MetricName"]
        for one in RESOURCES.values()
        if one["Type"] == "AWS::Logs::MetricFilter"
        for change in one["Properties"]["MetricTransformations"]
    }
    watched = set()
    for alarm in ALARMS.values():
        assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
        if alarm.get("Namespace") == NAMESPACE:
            assert alarm["MetricName"] in _UNITS
        elif isinstance(alarm.get("Namespace"), dict):
            assert alarm["MetricName"] in filtered
        stats = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", [])[1:]]
        for stat in stats:
            assert stat["Namespace"] == "AWS/Lambda"
        if stats:
            functions = {stat["Dimensions"][0]["Value"]["Ref"] for stat in stats}
            assert len(functions) == 4
        watched |= {alarm.get("MetricName", ""), *(stat["MetricName"] for stat in stats)}
    assert watched >= {"Skipped", "ExecutionsTimedOut", "ExecutionsFailed", "Errors", "Throttles"}


def test_filters_look_for_what_is_logged() -> None:
    """The state and the finish reason that filters name are those of the machine and the code."""
    patterns = " ".join(
        one["Properties"]["FilterPattern"]
        for one in RESOURCES.values()
        if one["Type"] == "AWS::Logs::MetricFilter"
    )
    states = RESOURCES["StateMachine"]["Properties"]["Definition"]["States"]
    named = re.findall(r'details\.name = "(\w+)"', patterns)
    assert named
    assert all(states[name]["Type"] == "Succeed" for name in named)
    assert '"held"' in patterns


def test_the_dashboard_is_json() -> None:
    """Its body is JSON once its names are filled in, and shows only metrics that there are."""
    body = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(re.sub(r"\$\{[\w:]+\}", "x", body))["widgets"]
    rows = [row for one in widgets for row in one["properties"]["metrics"]]
    own = {row[1] for row in rows if row[0] in {NAMESPACE, "."} and row[1] in _UNITS}
    assert own >= {"Titles", "Failed", "Requests", "Throttled", "Finished", "UnfinishedHours"}


def test_every_arn_names_the_partition() -> None:
    """The stack works in China's and the government's regions: no ARN says `aws` itself."""
    lines = TEMPLATE.read_text("utf-8").splitlines()
    assert not [line for line in lines if re.search(r"arn:aws\b", line)]


def test_a_failed_first_deploy_leaves_no_bucket() -> None:
    """What keeps the data otherwise is deleted with the deploy that made it and failed."""
    for name in ("Bucket", "BucketPolicy"):
        assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_terms_are_kept_to_within_180_days() -> None:
    """The optional rule and the old versions' days are 180 together; markers do not pile up."""
    rules = RESOURCES["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    by_id = {rule["Id"]: rule for rule in rules}
    old = by_id["noncurrent-versions"]
    assert old["ExpiredObjectDeleteMarker"] is True
    terms = by_id["tmdbs-terms"]
    assert terms["Status"] == {"Ref": "DeleteAfter180Days"}
    assert terms["ExpirationInDays"] + old["NoncurrentVersionExpiration"]["NoncurrentDays"] == 180
    assert terms["Prefix"] == "Raw/TMDB/JSON/"


def test_a_redrive_is_allowed() -> None:
    """Of the machine's own executions, behind a colon, and of its map's, behind a slash."""
    (policy,) = RESOURCES["StateMachineRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    (redrive,) = (one for one in statements if "states:RedriveExecution" in one["Action"])
    ends = [
        one["Fn::Sub"].rpartition("execution:${AWS::StackName}")[2] for one in redrive["Resource"]
    ]
    assert ends == [":*", "/*"]


def test_no_role_is_made_where_one_is_given() -> None:
    """With `ExistingRoleArn` no role is among the resources, and everything runs as that one."""
    roles = {name for name, one in RESOURCES.items() if one["Type"] == "AWS::IAM::Role"}
    conditions = {RESOURCES[name]["Condition"] for name in roles}
    assert conditions == {"MakesRoles", "MakesUploadRole"}
    text = json.dumps(RESOURCES)
    for name in roles:
        use = f'{{"Fn::GetAtt": "{name}.Arn"}}'
        assert text.count(use) == text.count(f'{use}, {{"Ref": "ExistingRoleArn"}}') > 0


def test_settings_reach_the_functions() -> None:
    """Each parameter of a setting is its variable in the functions' environment."""
    variables = load()["Globals"]["Function"]["Environment"]["Variables"]
    for name in ("Origin", "Endpoints", "Language", "Format", "Requests", "Where", "Rate", "Quota"):
        value = variables[f"HARVESTER_{name.upper()}"]
        assert {"Ref": name} in (value, *value.get("Fn::If", []))


def test_every_suppression_has_a_reason() -> None:
    """What checkov is told to skip says why, in a sentence."""
    skips = [
        skip
        for one in RESOURCES.values()
        for skip in one.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert len(skips) > 10
    assert all(re.fullmatch(r"CKV_AWS_\d+", skip["id"]) for skip in skips)
    assert all(len(skip["comment"].split()) > 5 for skip in skips)
