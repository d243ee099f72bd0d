//! Whole Lambda events of each trigger family, with a text in a field that a sender fills.
use crate::encoding::{Encoding, base64};
use crate::rng::Rng;
use serde_json::{Value, json};

/// Puts a text into an event.
pub type Wrap = fn(&str, &mut Rng) -> Value;

/// Every place that a text is put in, with its name.
pub const WRAPS: [(&str, Wrap); 19] = [
    ("api-gateway-v1-body", |text, rng| rest(rng, "POST", &body(text), None, None)),
    ("api-gateway-v1-query", |text, rng| rest(rng, "GET", "", Some(text), None)),
    ("api-gateway-v1-header", |text, rng| rest(rng, "GET", "", None, Some(text))),
    ("api-gateway-v2-body", |text, rng| http(rng, &body(text), None, false)),
    ("api-gateway-v2-form", |text, rng| {
        http(
            rng,
            &format!("a=1&comment={}", Encoding::Form.apply(text, &mut Rng::new(0, ""))),
            None,
            false,
        )
    }),
    ("api-gateway-v2-base64", |text, rng| http(rng, &base64(body(text).as_bytes()), None, true)),
    ("api-gateway-v2-query", |text, rng| http(rng, "", Some(text), false)),
    ("alb-body", |text, _| alb(&body(text))),
    ("sqs-body", |text, rng| json!({ "Records": [sqs(rng, &body(text)), sqs(rng, &body("ok"))] })),
    ("sqs-text", |text, rng| json!({ "Records": [sqs(rng, text)] })),
    ("sns-message", |text, rng| {
        json!({ "Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0",
        "EventSubscriptionArn": format!("arn:aws:sns:us-east-1:123456789012:example:{}", uuid(rng)),
        "Sns": sns(rng, &body(text)),
    }] })
    }),
    ("sns-in-sqs", |text, rng| {
        let message = sns(rng, &body(text)).to_string();
        json!({ "Records": [sqs(rng, &message)] })
    }),
    ("eventbridge-detail", |text, rng| bus(rng, text)),
    ("eventbridge-in-sqs", |text, rng| {
        let event = bus(rng, text).to_string();
        json!({ "Records": [sqs(rng, &event)] })
    }),
    ("s3-key", |text, rng| s3(rng, text)),
    ("kinesis-data", |text, rng| kinesis(rng, &base64(body(text).as_bytes()))),
    ("dynamodb-image", |text, rng| dynamodb(rng, text)),
    ("kafka-value", |text, rng| kafka(rng, &base64(body(text).as_bytes()))),
    ("direct", |text, rng| json!({ "id": rng.between(1, 9999), "name": text, "tags": ["a", "b"] })),
];

/// The wrap of a name.
pub fn wrap(name: &str) -> Option<Wrap> {
    WRAPS.iter().find(|(known, _)| *known == name).map(|(_, wrap)| *wrap)
}

fn body(text: &str) -> String {
    json!({ "id": 7, "comment": text, "tags": ["a", "b"] }).to_string()
}

fn digits(rng: &mut Rng, count: usize) -> String {
    (0..count)
        .map(|_| char::from(b'0' + u8::try_from(rng.between(0, 9)).unwrap_or_default()))
        .collect()
}

fn uuid(rng: &mut Rng) -> String {
    let (a, b) = (rng.number(), rng.number());
    let (first, second, third) = (a >> 32, a >> 16 & 0xFFFF, a & 0x0FFF);
    let (fourth, last) = (b >> 48 & 0x3FFF | 0x8000, b & 0xFFFF_FFFF_FFFF);
    format!("{first:08x}-{second:04x}-4{third:03x}-{fourth:04x}-{last:012x}")
}

fn rest(
    rng: &mut Rng,
    method: &str,
    body: &str,
    query: Option<&str>,
    header: Option<&str>,
) -> Value {
    let agent =
        header.unwrap_or("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0");
    let body = if body.is_empty() { Value::Null } else { json!(body) };
    let query = query.map_or(Value::Null, |text| json!({ "q": text, "page": "1" }));
    let many = query.as_object().map_or(Value::Null, |pairs| {
        pairs.iter().map(|(name, value)| (name.clone(), json!([value]))).collect()
    });
    json!({
        "resource": "/orders/{id}", "path": "/orders/7", "httpMethod": method,
        "headers": { "Host": "api.example.com", "User-Agent": agent, "Content-Type": "application/json" },
        "multiValueHeaders": { "Host": ["api.example.com"], "User-Agent": [agent], "Content-Type": ["application/json"] },
        "queryStringParameters": query, "multiValueQueryStringParameters": many,
        "pathParameters": { "id": "7" }, "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012", "apiId": "abcdef1234", "stage": "prod", "protocol": "HTTP/1.1",
            "httpMethod": method, "path": "/prod/orders/7", "resourcePath": "/orders/{id}",
            "resourceId": "abc123", "requestId": uuid(rng), "requestTimeEpoch": 1_700_000_000_000_u64,
            "identity": { "sourceIp": "203.0.113.7", "userAgent": agent },
        },
        "body": body, "isBase64Encoded": false,
    })
}

fn http(rng: &mut Rng, body: &str, query: Option<&str>, base64: bool) -> Value {
    let raw = query.map(|text| format!("q={}", Encoding::Form.apply(text, &mut Rng::new(0, ""))));
    let form = body.starts_with("a=1");
    let content = if form { "application/x-www-form-urlencoded" } else { "application/json" };
    let mut event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/orders",
        "rawQueryString": raw.unwrap_or_default(),
        "headers": { "host": "api.example.com", "content-type": content, "user-agent": "curl/8.1.2" },
        "requestContext": {
            "accountId": "123456789012", "apiId": "abcdef1234", "stage": "$default", "routeKey": "$default",
            "domainName": "api.example.com", "domainPrefix": "api", "requestId": uuid(rng),
            "http": { "method": "POST", "path": "/orders", "protocol": "HTTP/1.1",
                      "sourceIp": "203.0.113.7", "userAgent": "curl/8.1.2" },
            "time": "12/Mar/2024:19:03:58 +0000", "timeEpoch": 1_710_270_238_000_u64,
        },
        "isBase64Encoded": base64,
    });
    if let Some(event) = event.as_object_mut() {
        if !body.is_empty() {
            event.insert("body".to_owned(), json!(body));
        }
        if let Some(text) = query {
            event.insert("queryStringParameters".to_owned(), json!({ "q": text }));
        }
    }
    event
}

fn alb(body: &str) -> Value {
    json!({
        "requestContext": { "elb": { "targetGroupArn":
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/example/0123456789abcdef" } },
        "httpMethod": "POST", "path": "/orders", "queryStringParameters": {},
        "headers": { "host": "www.example.com", "content-type": "application/json",
                     "user-agent": "curl/8.1.2", "x-forwarded-for": "203.0.113.7" },
        "body": body, "isBase64Encoded": false,
    })
}

fn sqs(rng: &mut Rng, body: &str) -> Value {
    json!({
        "messageId": uuid(rng), "receiptHandle": "AQEBexample", "body": body,
        "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000",
                        "SenderId": "AROAEXAMPLEEXAMPLE123:example", "ApproximateFirstReceiveTimestamp": "1700000000001" },
        "messageAttributes": {}, "md5OfBody": "098f6bcd4621d373cade4e832627b4f6",
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:example",
        "awsRegion": "us-east-1",
    })
}

fn sns(rng: &mut Rng, message: &str) -> Value {
    json!({
        "Type": "Notification", "MessageId": uuid(rng),
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:example", "Subject": "example",
        "Message": message, "Timestamp": "2024-01-01T00:00:00.000Z", "SignatureVersion": "1",
        "Signature": "EXAMPLE",
        "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-example.pem",
        "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
        "MessageAttributes": {},
    })
}

fn bus(rng: &mut Rng, text: &str) -> Value {
    json!({
        "version": "0", "id": uuid(rng), "detail-type": "Order Placed", "source": "com.example.orders",
        "account": "123456789012", "time": "2024-01-01T00:00:00Z", "region": "us-east-1",
        "resources": [], "detail": { "order": { "id": 7, "comment": text } },
    })
}

/// S3 writes keys percent-encoded, with `+` for a space.
fn s3(rng: &mut Rng, key: &str) -> Value {
    let key =
        Encoding::Form.apply(key, &mut Rng::new(0, "")).replace("%2F", "/").replace("%2f", "/");
    json!({ "Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2024-01-01T00:00:00.000Z", "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "AWS:AROAEXAMPLE:example" },
        "requestParameters": { "sourceIPAddress": "203.0.113.7" },
        "responseElements": { "x-amz-request-id": "EXAMPLE", "x-amz-id-2": "EXAMPLE" },
        "s3": { "s3SchemaVersion": "1.0", "configurationId": "example",
                "bucket": { "name": "example-bucket", "ownerIdentity": { "principalId": "EXAMPLE" },
                            "arn": "arn:aws:s3:::example-bucket" },
                "object": { "key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                            "sequencer": format!("00{}", digits(rng, 14)) } },
    }] })
}

fn kinesis(rng: &mut Rng, data: &str) -> Value {
    let sequence = digits(rng, 40);
    json!({ "Records": [{
        "kinesis": { "kinesisSchemaVersion": "1.0", "partitionKey": "example",
                     "sequenceNumber": sequence, "data": data,
                     "approximateArrivalTimestamp": 1_700_000_000.25 },
        "eventSource": "aws:kinesis", "eventVersion": "1.0",
        "eventID": format!("shardId-000000000006:{sequence}"), "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/example", "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/example",
    }] })
}

fn dynamodb(rng: &mut Rng, text: &str) -> Value {
    json!({ "Records": [{
        "eventID": uuid(rng).replace('-', ""), "eventName": "INSERT", "eventVersion": "1.1",
        "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "dynamodb": { "ApproximateCreationDateTime": 1_700_000_000, "Keys": { "id": { "N": "7" } },
                      "NewImage": { "id": { "N": "7" }, "comment": { "S": text } },
                      "SequenceNumber": digits(rng, 21), "SizeBytes": 59, "StreamViewType": "NEW_IMAGE" },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/example/stream/2024-01-01T00:00:00.000",
    }] })
}

fn kafka(rng: &mut Rng, value: &str) -> Value {
    json!({
        "eventSource": "aws:kafka",
        "eventSourceArn": format!("arn:aws:kafka:us-east-1:123456789012:cluster/example/{}-1", uuid(rng)),
        "bootstrapServers": "b-1.example.kafka.us-east-1.amazonaws.com:9092",
        "records": { "orders-0": [{ "topic": "orders", "partition": 0, "offset": rng.between(1, 9999),
            "timestamp": 1_700_000_000_000_u64, "timestampType": "CREATE_TIME",
            "key": base64(b"example"), "value": value, "headers": [] }] },
    })
}
