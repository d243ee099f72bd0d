# The function of src/function-echo.rs for awslambdaric: same events, same answers.
import os
import time


def handler(event, context):
    """Echoes the event in the form its source expects, and misbehaves as `control` asks."""
    obey(control_of(event))
    return answer(event)


def control_of(event):
    control = event.get("control") if isinstance(event, dict) else None
    return control if isinstance(control, dict) else {}


def obey(control):
    time.sleep(control.get("sleep_ms", 0) / 1000)
    end = time.monotonic() + control.get("spin_ms", 0) / 1000
    while time.monotonic() < end:
        pass
    if "exit" in control:
        # Not sys.exit: the runtime client would report that as an error of the function.
        os._exit(control["exit"])
    if control.get("panic") or control.get("fail"):
        raise RuntimeError("told to fail")


def answer(event):
    if is_http(event):
        return {
            "statusCode": 200,
            "headers": {"content-type": "application/json"},
            "body": event.get("body"),
        }
    if is_queue(event):
        return {"batchItemFailures": []}
    return {"echo": event}


def is_http(event):
    context = event.get("requestContext") if isinstance(event, dict) else None
    marks = ("http", "elb", "stage", "apiId")
    return isinstance(context, dict) and any(mark in context for mark in marks)


def is_queue(event):
    records = event.get("Records") if isinstance(event, dict) else None
    first = records[0] if isinstance(records, list) and records else None
    return isinstance(first, dict) and first.get("eventSource") == "aws:sqs"
