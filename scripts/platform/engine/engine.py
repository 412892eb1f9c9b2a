"""Serves the engine, its arguments being Uvicorn's, and reads streams as Lambda does, in a thread of their own.

The engine's one poller waits for what it hands over of a stream, and no queue gets a batch meanwhile: while orders
come, settlement would move on no faster than the projection. And what a function gives back of a batch the poller
forgets; here the batch comes again. Both call private functions of the release that requirements.txt pins.
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


def read_for_ever() -> None:
    while True:
        try:
            if read_streams():
                continue
        except Exception:
            logging.exception("reading the streams failed")
        time.sleep(IDLE_SECONDS)


def execute_whole(*invocation) -> dict:
    result = execute(*invocation)
    answer = result.get("body")
    if threading.current_thread() is reader and isinstance(answer, dict) and answer.get("batchItemFailures"):
        return {"error": True, "body": {"errorType": "BatchItemFailures", "errorMessage": "some records come again"}}
    return result


reader = threading.Thread(target=read_for_ever, daemon=True)
lambda_svc._poll_dynamodb_streams = lambda: False
lambda_svc._execute_function = execute_whole
# What is stored lives as long as the engine: to go through all of it again and again would halt every call for seconds.
gc.set_threshold(700, 10, 1_000_000)
# The thread that answers all calls gives up Python's lock with each answer it sends; by default it waits 5 ms for it.
sys.setswitchinterval(0.0005)
reader.start()
uvicorn.main()
