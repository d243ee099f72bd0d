# The function: names the objects that were uploaded.
import urllib.parse


def handler(event, context):
    objects = [record["s3"]["object"] for record in event["Records"]]
    return [
        {"key": urllib.parse.unquote_plus(one["key"]), "bytes": one.get("size", 0)}
        for one in objects
    ]
