# The function: takes orders and shows one. It knows nothing of Tollgate.
import base64
import json


def handler(event, context):
    if event["routeKey"] == "GET /orders/{id}":
        return response(200, {"id": int(event["pathParameters"]["id"])})
    try:
        order = json.loads(body(event))
        answer = {"sku": str(order["sku"]), "count": int(order.get("count", 1))}
    except (ValueError, KeyError, TypeError, AttributeError):
        return response(400, {"error": "send JSON with a sku and a count"})
    return response(201, answer)


def body(event):
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text


def response(status, answer):
    headers = {"content-type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(answer)}
