# The function: says which hook came. Whether its sender signed it, Tollgate has checked.
import base64
import json


def handler(event, context):
    body = event.get("body") or ""
    hook = json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
    answer = {"repository": hook["repository"]["full_name"], "action": hook["action"]}
    headers = {"content-type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(answer)}
