"""All functions' logs as one readable stream."""
import json
import time
from datetime import datetime, timezone

from aws import client
from settings import PREFIX, Stack

# Lambda's own lines about starting and ending a call say nothing about what happened.
NOISE = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")


def readable(function: str, timestamp: int, line: str) -> str:
    at = datetime.fromtimestamp(timestamp / 1000, timezone.utc).strftime("%H:%M:%S.%f")[:-3]
    try:
        entry = json.loads(line)
        assert isinstance(entry, dict)
    except (ValueError, AssertionError):
        return f"{at}  {function:<24} {'':<5}  {line}"
    # Fields may stand beside the message or in `fields`, as tracing-subscriber writes them.
    nested = [entry.pop(name) for name in ("span", "fields") if isinstance(entry.get(name), dict)]
    fields = {key: value for part in [*nested, entry] for key, value in part.items()}
    known = {name: fields.pop(name, "") for name in ("timestamp", "level", "message", "correlationId", "target", "spans", "filename", "line_number")}
    rest = " ".join(f"{name}={value}" for name, value in fields.items())
    correlation = f"[{known['correlationId']}] " if known["correlationId"] else ""
    return f"{at}  {function:<24} {known['level']:<5}  {correlation}{known['message']} {rest}".rstrip()


def follow(stack: Stack, since_seconds: int, forever: bool) -> None:
    logs = client(stack, "logs")
    positions: dict[str, int] = {}
    seen: set[str] = set()
    begin = int((time.time() - since_seconds) * 1000)
    while True:
        events = []
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"/aws/lambda/{PREFIX}-"):
            for group in (entry["logGroupName"] for entry in page["logGroups"]):
                events += [(event["timestamp"], group, event) for event in new_events(logs, group, positions.get(group, begin), seen)]
        for timestamp, group, event in sorted(events, key=lambda entry: entry[0]):
            positions[group] = max(positions.get(group, begin), timestamp)
            for line in event["message"].splitlines():
                if line.strip() and not line.startswith(NOISE):
                    print(readable(group.removeprefix(f"/aws/lambda/{PREFIX}-"), timestamp, line), flush=True)
        if not forever:
            return
        time.sleep(1)


def new_events(logs, group: str, start: int, seen: set[str]) -> list[dict]:
    """Events since `start`: the last moment is read again, as more may have come within it, and what was shown is skipped."""
    found = []
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start):
        for event in page["events"]:
            key = event.get("eventId") or f"{group}{event['logStreamName']}{event['timestamp']}{event['message']}"
            if key not in seen:
                seen.add(key)
                found.append(event)
    return found
