"""Serves the engine with Uvicorn's arguments, and reads streams in a separate thread, as Lambda does.

The engine's only poller waits for each stream batch, and meanwhile no queue gets a batch. Under load, settlement
would be no faster than the projection. The poller also ignores the failed items that a function returns; here the
batch is retried. A killed worker cannot log which queue messages it held, so this logs them.

The secret of a function's role is a hash of public names. Here it is also a secret of this run, so that no other
program on this machine can sign as a function. Functions that run outside the engine get a session of their role, too:
serve.ts derives the same keys.

Each policy is parsed once by its text, and items are copied without `deepcopy`: a tenth of the engine's time. The
patches use private functions of the release that requirements.txt pins.

CDK's CLI asks for the state of a stack every five seconds, so the answer waits until the stack is deployed or deleted.

An engine is one region. It authorizes calls to tables of other regions, and the gateway forwards them to the engine
of that region, which also has the replicas.
"""

import asyncio
import copy
import functools
import gc
import hmac
import json
import logging
import os
import secrets
import sys
import threading
import time
import types

import polling
import uvicorn
from ministack.core import iam_evaluator, lambda_runtime, responses, router
from ministack.services import cloudformation, dynamodb, lambda_svc, sts

IDLE_SECONDS = 0.05
# Less than a client waits for an answer.
STACK_SECONDS = 4

read_streams = lambda_svc._poll_dynamodb_streams
execute = lambda_svc._execute_function


def read_once() -> None:
    try:
        read_streams()
    except Exception:
        logging.exception("reading the streams failed")


def log_failed_batch(func: dict, event: object, result: dict) -> None:
    """Logs the ids of the queue messages that a failed invocation held; the queue delivers them again."""
    records = event.get("Records") if isinstance(event, dict) else None
    ids = [record["messageId"] for record in records or [] if "messageId" in record]
    if not ids or result.get("logged"):
        return
    result["logged"] = True
    body = result.get("body")
    error = body.get("errorMessage") if isinstance(body, dict) else None
    line = {"message": "batch will be redelivered", "records": ids, "error": error}
    lambda_svc._emit_lambda_logs(func, "poller", json.dumps(line, separators=(",", ":")), True, 0)


def execute_batch(*invocation) -> dict:
    result = execute(*invocation)
    if result.get("error"):
        log_failed_batch(*invocation[:2], result)
    answer = result.get("body")
    if threading.current_thread() is reader and isinstance(answer, dict) and answer.get("batchItemFailures"):
        return {"error": True, "body": {"errorType": "BatchItemFailures", "errorMessage": "some records failed and will be retried"}}
    return result


run_secret = secrets.token_bytes(32)
derive_credentials = lambda_runtime.execution_credentials
register_session = sts.register_session
deriving = threading.local()


def mix(public: str) -> str:
    return hmac.new(run_secret, public.encode(), "sha256").hexdigest()


def execution_credentials(config: dict) -> dict[str, str]:
    deriving.now = True
    try:
        credentials = derive_credentials(config)
    finally:
        deriving.now = False
    secret_names = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return {name: mix(value) if name in secret_names else value for name, value in credentials.items()}


def register_mixed_session(access_key: str, session: dict) -> None:
    if getattr(deriving, "now", False):
        session = session | {name: mix(session[name]) for name in ("SecretAccessKey", "SessionToken")}
    register_session(access_key, session)


# Removed, because the engine's own workers inherit this environment.
served_secret = os.environ.pop("SERVED_FUNCTIONS_SECRET", "").encode()
execute_proxy = lambda_svc._execute_function_proxy


def execute_served(func: dict, event: object, url: str, request_id: str) -> dict:
    role = (func.get("config") or func)["Role"]
    account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
    derive = lambda purpose: hmac.new(served_secret, f"{purpose}:{role}".encode(), "sha256").hexdigest()
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/served",
        "UserId": f"{name}:served",
        "SecretAccessKey": derive("secret"),
        "SessionToken": derive("token"),
    }
    register_session(f"ASIA{derive('id')[:16].upper()}", session)
    return execute_proxy(func, event, url, request_id)


# Cached by text: a changed policy has a different text, so no result is stale. Parsed policies are never modified.
parse_policy_document = iam_evaluator.parse_policy_document
parse_policy_text = functools.lru_cache(maxsize=512)(parse_policy_document)


def parse_policy_once(document: str | dict) -> list:
    return parse_policy_text(document) if isinstance(document, str) else parse_policy_document(document)


def request_caller_arn(headers: dict, query_params: dict | None = None) -> str:
    """Answers like the engine, without collecting the caller's policies, which the check of the call does again."""
    account = responses.get_account_id()
    root = f"arn:aws:iam::{account}:root"
    try:
        key = router.extract_access_key_id(headers or {}, query_params or {})
        caller = key and iam_evaluator.resolve_credential(key, responses._account_from_sts_session(key) or account)
    except Exception:
        return root
    known = isinstance(caller, iam_evaluator.ResolvedCredential) and caller.principal_type in PRINCIPAL_TYPES
    return caller.principal_arn or root if known else root


PRINCIPAL_TYPES = ("Root", "User", "AssumedRole", "FederatedUser")


def copy_item(value: object) -> object:
    """Like `copy.deepcopy`, without its search for cycles, which JSON does not have."""
    kind = type(value)
    if kind is dict:
        return {key: copy_item(part) for key, part in value.items()}
    if kind is list:
        return [copy_item(part) for part in value]
    return value if kind in PLAIN else copy.deepcopy(value)


handle_dynamodb = dynamodb.handle_request


async def handle_own_region(*request) -> tuple:
    if responses.get_region() == os.environ["MINISTACK_REGION"]:
        return await handle_dynamodb(*request)
    return 421, {"Content-Type": "application/x-amz-json-1.0"}, b"{}"


handle_cloudformation = cloudformation.handle_request


async def await_stacks(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
    answer = await handle_cloudformation(method, path, headers, body, query)
    if b"Action=DescribeStacks&" not in body:
        return answer
    end = time.monotonic() + STACK_SECONDS
    while "_IN_PROGRESS</StackStatus>" in str(answer[2]) and time.monotonic() < end:
        await asyncio.sleep(IDLE_SECONDS)
        answer = await handle_cloudformation(method, path, headers, body, query)
    return answer


PLAIN = (str, int, float, bool, bytes, type(None))
reader = threading.Thread(target=polling.read_at_base_rate, args=(read_once,), daemon=True)
lambda_svc._poll_dynamodb_streams = lambda: False
lambda_svc._execute_function = execute_batch
lambda_svc.execution_credentials = lambda_runtime.execution_credentials = execution_credentials
sts.register_session = register_mixed_session
iam_evaluator.parse_policy_document = parse_policy_once
iam_evaluator.request_caller_arn = request_caller_arn
dynamodb.handle_request = handle_own_region
cloudformation.handle_request = await_stacks
dynamodb._replicate_write = lambda *write: None
dynamodb.copy = types.SimpleNamespace(deepcopy=copy_item)
if served_secret:
    lambda_svc._execute_function_proxy = execute_served
# Stored data lives as long as the engine, so repeated full collections would stop all calls for seconds.
gc.set_threshold(700, 10, 1_000_000)
# The thread that answers calls releases Python's lock with each answer; by default it waits 5 ms to get it back.
sys.setswitchinterval(0.0005)
reader.start()
uvicorn.main()
