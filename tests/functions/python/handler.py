# The function of src/function-echo.rs for awslambdaric: same events, same answers.
import json
import os
import signal
import time
import urllib.request

LEFT_OPEN = []


def handler(event, context):
    """Echoes the event in the form its source expects, and misbehaves as `control` asks."""
    control = control_of(event)
    obey(control)
    if "reply_bytes" in control:
        return "x" * (control["reply_bytes"] - 2)
    if "sign" in control:
        return signed(control["sign"], context)
    return answer(event)


def signed(asked, context):
    """A payload for another function, with a context that the layer signs."""
    call = urllib.request.Request(
        "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/tollgate/context",
        data=json.dumps(asked["payload"]).encode(),
        headers={
            "Content-Type": "application/json",
            "Tollgate-Request-Id": context.aws_request_id,
            "Tollgate-Target": asked["target"],
        },
    )
    with urllib.request.urlopen(call) as reply:
        return {**asked["payload"], "_tollgate": json.load(reply)["context"]}


def control_of(event):
    control = event.get("control") if isinstance(event, dict) else None
    return control if isinstance(control, dict) else {}


def obey(control):
    if control.get("stubborn"):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    for _ in range(control.get("fork", 0)):
        if os.fork() == 0:
            # A daemon: it leaves its group, and holds what its parent had open.
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(600)
            os._exit(0)
    for _ in range(control.get("open", 0)):
        LEFT_OPEN.append(open("/dev/null"))
    memory = bytearray(control.get("memory_mb", 0) * 1024 * 1024)
    for page in range(0, len(memory), 4096):
        memory[page] = 1
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
