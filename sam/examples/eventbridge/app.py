# The function: writes a line for each placed order.
import json


def handler(event, context):
    order = event["detail"]
    print(json.dumps({"invoice": order["orderId"], "total": order["total"]}))
    return {"invoiced": order["orderId"]}
