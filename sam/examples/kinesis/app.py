# The function: counts clicks by page, and names the first record it could not handle.
import base64
import collections
import json


def handler(event, context):
    pages = collections.Counter()
    for record in event["Records"]:
        data = record["kinesis"]
        try:
            pages[json.loads(base64.b64decode(data["data"]))["page"]] += 1
        except (ValueError, KeyError, TypeError):
            # Lambda tries again from this record on.
            return {"batchItemFailures": [{"itemIdentifier": data["sequenceNumber"]}]}
    print(json.dumps(pages))
    return {"batchItemFailures": []}
