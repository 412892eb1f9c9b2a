"""Collects batches as Lambda's pollers do. Sources: the pages "Using Lambda with Amazon SQS" and "Processing DynamoDB
records with Lambda".

The engine takes at most ten messages, whatever a mapping's batch size, and does not wait for its batching window. It
reads a stream after every write. Both make batches of one or two records, and so two and a half times the calls that
the same templates make on AWS.
"""

import threading
import time

from ministack.services import lambda_svc, sqs

# Lambda asks a shard "at a base rate of four times per second".
STREAM_SECONDS = 0.25
# Since when a mapping collects its batch, by the ARN of its queue.
collecting_since: dict[str, float] = {}


def read_at_base_rate(read) -> None:
    """Calls `read` for as long as the process lives."""
    while True:
        began = time.monotonic()
        read()
        time.sleep(max(0.0, STREAM_SECONDS - (time.monotonic() - began)))


def find_mapping(queue_arn: str) -> dict:
    mappings = (mapping for _, _, mapping in lambda_svc._iter_all_esms())
    return next((mapping for mapping in mappings if mapping.get("EventSourceArn") == queue_arn), {})


def receive_batch(queue_url: str, size: int) -> list[dict]:
    """Receives nothing until `size` messages are there, or the mapping's window has passed since the first of them."""
    arn = sqs._get_q(queue_url)["attributes"]["QueueArn"]
    window = find_mapping(arn).get("MaximumBatchingWindowInSeconds", 0)
    if window == 0:
        return receive_at_once(queue_url, size)
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        if not is_collected(queue, arn, size, window):
            return []
        collecting_since.pop(arn)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        return sqs._collect_msgs(queue, size, int(queue["attributes"].get("VisibilityTimeout", "30")))


def is_collected(queue: dict, arn: str, size: int, window: float) -> bool:
    now = time.time()
    waiting = sum(message["visible_at"] <= now for message in queue["messages"])
    if waiting == 0:
        collecting_since.pop(arn, None)
        return False
    if arn not in collecting_since:
        collecting_since[arn] = now
        wake_after(window)
    return waiting >= size or now >= collecting_since[arn] + window


def wake_after(seconds: float) -> None:
    timer = threading.Timer(seconds, lambda_svc._esm_wake.set)
    timer.daemon = True
    timer.start()


receive_at_once = sqs._receive_messages_for_esm
sqs._receive_messages_for_esm = receive_batch
