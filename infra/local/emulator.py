"""Launcher of MiniStack 1.5.33, the emulator of AWS.

Runs it in this process, with two fixed waits removed (96 ms to 2 ms for a call) and four gaps filled that lose data:
stream mappings that know no partial answers, retries or bisecting; expiry (TTL) without a stream record; stream positions
that point past the end after a restart; answers lost on connections that were closed. It reaches into MiniStack's insides,
so its version is pinned.
"""
import asyncio
import json
import logging
import socketserver
import threading
import time

# The runtime API writes header and body apart: with Nagle's algorithm and delayed acknowledgements that costs 40 ms.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from hypercorn.asyncio import tcp_server  # noqa: E402
from hypercorn.config import Config  # noqa: E402
from ministack.core import lambda_runtime  # noqa: E402
from ministack.core.responses import request_scope  # noqa: E402
from ministack.services import dynamodb, eventbridge, lambda_svc, scheduler  # noqa: E402

logger = logging.getLogger("sipstr.emulator")

# Waits for stderr after every call: 50 ms for a function that logs nothing.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.0, 0.001, 0.05)
scheduler._SCHEDULE_TICK_INTERVAL = 1
eventbridge._SCHEDULER_TICK_INTERVAL = 1


# --- Connections stay: one that is closed, for idleness or after a thousand requests, in the moment in which a request comes in on it
# is served and loses its answer. Terraform's provider then repeats AddPermission, and repeats the conflict that this makes for five
# minutes; it repeats CreateSchedule with the token by which AWS knows it again.

add_permission = lambda_svc._add_permission
create_schedule = scheduler._create_schedule
schedule_tokens: dict[str, str] = {}


async def until_the_end(server: tcp_server.TCPServer) -> None:
    await server.context.terminated.wait()
    await asyncio.shield(server._initiate_server_close())


def add_permission_again(name: str, statement: dict, *rest):
    """A statement that comes again takes its own place."""
    answer = add_permission(name, statement, *rest)
    if answer[0] != 409:
        return answer
    policy = lambda_svc._functions[name]["policy"]
    policy["Statement"] = [known for known in policy["Statement"] if known.get("Sid") != statement.get("StatementId")]
    return add_permission(name, statement, *rest)


def create_schedule_again(name: str, body: dict):
    """A request that comes again has the answer of the first."""
    group, token = body.get("GroupName", "default"), body.get("ClientToken")
    key = f"{group}/{name}"
    answer = create_schedule(name, body)
    if answer[0] == 200:
        schedule_tokens[key] = token
    elif answer[0] == 409 and token and schedule_tokens.get(key) == token:
        return scheduler._json_resp(200, {"ScheduleArn": scheduler._schedule_arn(group, name)})
    return answer


# --- Expiry: sweep often, and write the stream record that AWS writes

TTL_SWEEP_SECONDS = 2
expiring = threading.local()
build_change_record = dynamodb._build_change_record


def build_record_with_identity(*args, **kwargs):
    record = build_change_record(*args, **kwargs)
    if getattr(expiring, "now", False):
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return record


def expire_items(name: str, attribute: str) -> None:
    table, now = dynamodb._tables.get(name) or {}, time.time()
    for partition, items in list(table.get("items", {}).items()):
        for sort, item in list(items.items()):
            due = (item.get(attribute) or {}).get("N")
            if due is None or float(due) > now:
                continue
            dynamodb._remove_item(table, partition, sort)
            expiring.now = True
            try:
                dynamodb._emit_stream_event(name, "REMOVE", item, None)
            finally:
                expiring.now = False


def expire_forever() -> None:
    while True:
        time.sleep(TTL_SWEEP_SECONDS)
        try:
            for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
                if setting.get("TimeToLiveStatus") == "ENABLED":
                    with request_scope(account, region), dynamodb._lock:
                        expire_items(name, setting["AttributeName"])
        except Exception:
            logger.exception("expiry")


# --- Stream mappings: one thread each, with retries, bisecting, partial answers and the on-failure queue

running: set[tuple] = set()
running_lock = threading.Lock()


def first_failed(mapping: dict, result: dict, batch: list) -> int | None:
    """Index of the first record to repeat; None when all are done."""
    if result.get("error") or result.get("throttle"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    body = result.get("body")
    if isinstance(body, (str, bytes)) and body:
        body = json.loads(body)
    failed = {failure.get("itemIdentifier") for failure in ((body or {}).get("batchItemFailures") or [])}
    if not failed:
        return None
    return next((i for i, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed), 0)


def deliver(mapping: dict, function: dict, arn: str, batch: list, attempts: int = 0) -> None:
    limit = mapping.get("MaximumRetryAttempts")
    limit = -1 if limit is None else int(limit)
    oldest = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
    while batch and mapping.get("Enabled", True):
        result = lambda_svc._execute_function(function, {"Records": batch})
        failed = first_failed(mapping, result, batch)
        if failed is None:
            return
        if failed:
            batch, attempts = batch[failed:], 0
        age = time.time() - float(batch[0]["dynamodb"]["ApproximateCreationDateTime"])
        if 0 < oldest < age:
            lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, arn, result, "MaxRecordAgeExceeded")
            return
        if mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
            half = len(batch) // 2
            deliver(mapping, function, arn, batch[:half], attempts)
            batch = batch[half:]
            continue
        attempts += 1
        if 0 <= limit < attempts:
            lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, arn, result, "RetryAttemptsExhausted")
            return
        time.sleep(min(0.2 * 2 ** min(attempts, 5), 5))


def table_of(mapping: dict) -> str:
    return mapping["EventSourceArn"].split("/stream/")[0].split("/")[-1]


def position_of(mapping: dict, name: str) -> int:
    start, end = dynamodb.stream_start_position(name), dynamodb.stream_end_position(name)
    position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"])
    if position is None:
        position = start if mapping.get("StartingPosition") == "TRIM_HORIZON" else end
    # After a restart the records are gone and the position is not.
    return max(start if position > end else position, start)


def drain(key: tuple, mapping: dict) -> None:
    """Delivers what the stream holds, then ends; polling starts it again when there is more."""
    arn, name, size = mapping["EventSourceArn"], table_of(mapping), int(mapping.get("BatchSize", 100))
    window, since = float(mapping.get("MaximumBatchingWindowInSeconds") or 0), time.time()
    while mapping.get("Enabled", True) and key in lambda_svc._esms._data:
        function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        table = dynamodb._tables.get(name)
        if function is None or not table or table.get("LatestStreamArn") != arn:
            return
        position = lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position_of(mapping, name)
        records = dynamodb.stream_records_since(name, position, size)
        if not records:
            return
        if len(records) < size and time.time() - since < window:
            time.sleep(0.05)
            continue
        batch = lambda_svc._apply_filter_criteria(list(records), mapping)
        if batch:
            deliver(mapping, function, arn, batch)
        lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position + len(records)
        since = time.time()


def run_mapping(account: str, region: str, mapping: dict) -> None:
    key = (account, region, mapping["UUID"])
    try:
        with request_scope(account, region):
            drain(key, mapping)
    except Exception:
        logger.exception("stream mapping %s", mapping["UUID"])
    finally:
        with running_lock:
            running.discard(key)


def poll_streams() -> bool:
    for account, region, mapping in lambda_svc._iter_all_esms():
        if ":dynamodb:" not in mapping.get("EventSourceArn", "") or not mapping.get("Enabled", True):
            continue
        with request_scope(account, region):
            end = dynamodb.stream_end_position(table_of(mapping))
            position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"])
        key = (account, region, mapping["UUID"])
        with running_lock:
            if position == end or key in running:
                continue
            running.add(key)
        threading.Thread(target=run_mapping, args=(account, region, mapping), daemon=True).start()
    return False  # nothing left for MiniStack's own loop


def main() -> None:
    dynamodb._build_change_record = build_record_with_identity
    lambda_svc._poll_dynamodb_streams = poll_streams
    lambda_svc._add_permission = add_permission_again
    tcp_server.TCPServer._idle_timeout = until_the_end
    Config.keep_alive_max_requests = 2**31
    scheduler._create_schedule = create_schedule_again
    threading.Thread(target=expire_forever, daemon=True).start()

    from ministack.app import main as serve  # last: it starts the loops that were replaced above

    serve()


if __name__ == "__main__":
    main()
