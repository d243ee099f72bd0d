# The function: renders one page a message, and names those it could not.
import json


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            wanted = json.loads(record["body"])
            print(f"{wanted['template']} for {wanted['customer']}")
        except (ValueError, KeyError, TypeError):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
