"""Log lines that CloudWatch also reads as metrics: the Embedded Metric Format.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import time
from typing import Any

NAMESPACE = "TmdbHarvester"

_UNITS = {
    "Titles": "Count",
    "Requests": "Count",
    "Throttled": "Count",
    "Failed": "Count",
    "SecondsLeft": "Seconds",
    "Finished": "Count",
    "UnfinishedHours": "None",
    "TokenRefused": "Count",
    "Breaches": "Count",
    "DamagedRuns": "Count",
}


def with_metrics(content: dict[str, Any], lake: str, **metrics: float) -> dict[str, Any]:
    """Return a log line's content with these metrics added, by lake. Pure except for the time.

    Raises `KeyError` for a metric that has no unit here.
    """
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Lake"]],
                    "Metrics": [{"Name": name, "Unit": _UNITS[name]} for name in metrics],
                }
            ],
        },
        **content,
        "Lake": lake,
        **metrics,
    }
