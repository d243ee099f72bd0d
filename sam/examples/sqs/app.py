# The function: takes orders from a queue and names those it could not handle.
import json


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            order = json.loads(record["body"])
            print(json.dumps({"sku": str(order["sku"]), "count": int(order["count"])}))
        except (ValueError, KeyError, TypeError):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
