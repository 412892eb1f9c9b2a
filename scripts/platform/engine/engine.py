"""Serves the engine with Uvicorn's arguments, and reads streams in a separate thread, as Lambda does.

The engine's only poller waits for each stream batch, and meanwhile no queue gets a batch. Under load, settlement
would be no faster than the projection. The poller also ignores the failed items that a function returns; here the
batch is retried. Both patches use private functions of the release that requirements.txt pins.
"""

import gc
import logging
import sys
import threading
import time

import uvicorn
from ministack.services import lambda_svc

IDLE_SECONDS = 0.05

read_streams = lambda_svc._poll_dynamodb_streams
execute = lambda_svc._execute_function


def read_forever() -> None:
    while True:
        try:
            if read_streams():
                continue
        except Exception:
            logging.exception("reading the streams failed")
        time.sleep(IDLE_SECONDS)


def execute_batch(*invocation) -> dict:
    result = execute(*invocation)
    answer = result.get("body")
    if threading.current_thread() is reader and isinstance(answer, dict) and answer.get("batchItemFailures"):
        return {"error": True, "body": {"errorType": "BatchItemFailures", "errorMessage": "some records failed and will be retried"}}
    return result


reader = threading.Thread(target=read_forever, daemon=True)
lambda_svc._poll_dynamodb_streams = lambda: False
lambda_svc._execute_function = execute_batch
# Stored data lives as long as the engine: repeated full collections would stop all calls for seconds.
gc.set_threshold(700, 10, 1_000_000)
# The thread that answers calls releases Python's lock with each answer; by default it waits 5 ms to get it back.
sys.setswitchinterval(0.0005)
reader.start()
uvicorn.main()
