//! HTTP in front of a fleet: what the function gets, and what the client gets.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::net::SocketAddr;

use serde_json::{Value, json};
use tollgate_emulator::{Door, Gateway};

use crate::support::{Client, Reply, workers};

async fn at(gateway: Gateway) -> Client {
    let front = gateway.bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = front.address().unwrap();
    tokio::spawn(front.serve(workers("report", 1)));
    Client::connect(address).await.unwrap()
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// Sends a body whose text the function answers with.
async fn answered(client: &mut Client, path: &str, answer: &str) -> Reply {
    client.post(path, &[JSON], format!("answer:{answer}").as_bytes()).await
}

#[tokio::test]
async fn a_function_url_sends_format_2_with_cookies_and_decoded_parameters() {
    let mut client = at(Gateway::new(Door::FunctionUrl)).await;
    let headers = [("cookie", "a=1; b=2"), ("x-twice", "1"), ("x-twice", "2")];
    let event = client.get("/orders/7?q=a%20b&q=c", &headers).await.json();
    assert_eq!((&event["version"], &event["routeKey"]), (&json!("2.0"), &json!("$default")));
    assert_eq!(event["rawPath"], "/orders/7");
    assert_eq!(event["rawQueryString"], "q=a%20b&q=c");
    assert_eq!(event["queryStringParameters"], json!({ "q": "a b,c" }));
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(event["headers"]["x-twice"], "1,2");
    assert_eq!(event["headers"].get("cookie"), None);
    assert_eq!(event.get("body"), None);
    assert_eq!(event["isBase64Encoded"], json!(false));
    let context = &event["requestContext"];
    assert!(context["domainName"].as_str().unwrap().contains(".lambda-url."));
    assert_eq!(context["accountId"], "anonymous");
    assert_eq!(context["http"]["sourceIp"], "127.0.0.1");
}

#[tokio::test]
async fn what_is_no_text_comes_as_base64() {
    let mut client = at(Gateway::new(Door::HttpApi)).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let event = client.post("/", &form, b"a=1").await.json();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("YT0x"), &json!(true)));
    let event = client.post("/", &[JSON], br#"{"a":1}"#).await.json();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(r#"{"a":1}"#), &json!(false)));
    let event = client.post("/", &[JSON], &[0xff, 0xfe]).await.json();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("//4="), &json!(true)));
}

#[tokio::test]
async fn an_http_api_has_routes_and_stages() {
    let route = "GET /orders/{id}".parse().unwrap();
    let mut client = at(Gateway::new(Door::HttpApi).stage("beta").route(route)).await;
    let event = client.get("/beta/orders/a%2Fb", &[]).await.json();
    assert_eq!(event["routeKey"], "GET /orders/{id}");
    assert_eq!(event["pathParameters"], json!({ "id": "a/b" }));
    assert_eq!(event["rawPath"], "/beta/orders/a%2Fb");
    assert_eq!(event["requestContext"]["stage"], "beta");
    for path in ["/orders/7", "/beta/other", "/betamax/orders/7"] {
        let reply = client.get(path, &[]).await;
        assert_eq!(
            (reply.status, reply.json()),
            (404, json!({ "message": "Not Found" })),
            "{path}"
        );
    }
}

#[tokio::test]
async fn format_2_infers_an_answer_without_a_status() {
    for door in [Door::FunctionUrl, Door::HttpApi] {
        let mut client = at(Gateway::new(door)).await;
        let reply = answered(&mut client, "/", r#"{"a":1}"#).await;
        assert_eq!((reply.status, reply.json()), (200, json!({ "a": 1 })));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let form = r#"{"statusCode":201,"headers":{"X-A":"b"},"cookies":["c=1","d=2"],"body":"AAE=","isBase64Encoded":true}"#;
        let reply = answered(&mut client, "/", form).await;
        assert_eq!((reply.status, reply.body.as_slice()), (201, &[0, 1][..]));
        let cookies: Vec<_> = reply.headers.iter().filter(|it| it.0 == "set-cookie").collect();
        assert_eq!((cookies.len(), reply.header("x-a")), (2, Some("b")));
    }
}

#[tokio::test]
async fn a_rest_api_sends_format_1_and_refuses_malformed_answers() {
    let mut client = at(Gateway::new(Door::RestApi)).await;
    let headers = [("x-twice", "1"), ("x-twice", "2")];
    let event = client.get("/prod/orders/7?q=1&q=2", &headers).await.json();
    assert_eq!((&event["path"], &event["resource"]), (&json!("/orders/7"), &json!("/{proxy+}")));
    assert_eq!(event["pathParameters"], json!({ "proxy": "orders/7" }));
    assert_eq!(event["queryStringParameters"], json!({ "q": "2" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "q": ["1", "2"] }));
    assert_eq!(event["multiValueHeaders"]["x-twice"], json!(["1", "2"]));
    assert_eq!((&event["headers"]["x-twice"], &event["body"]), (&json!("2"), &Value::Null));
    assert_eq!(event["requestContext"]["path"], "/prod/orders/7");
    assert_eq!(event["requestContext"]["stage"], "prod");
    let outside = client.get("/orders/7", &[]).await;
    assert_eq!(outside.status, 403);
    for answer in ["no json", r#"{"message":"hello"}"#, r#"{"statusCode":200,"body":{}}"#] {
        let reply = answered(&mut client, "/prod/", answer).await;
        let expected = json!({ "message": "Internal server error" });
        assert_eq!((reply.status, reply.json()), (502, expected), "{answer}");
    }
    let lists = r#"{"statusCode":200,"multiValueHeaders":{"set-cookie":["a=1","b=2"]}}"#;
    let reply = answered(&mut client, "/prod/", lists).await;
    assert_eq!(reply.headers.iter().filter(|it| it.0 == "set-cookie").count(), 2);
}

#[tokio::test]
async fn a_load_balancer_has_single_or_multiple_values_and_an_undecoded_query() {
    let mut client = at(Gateway::new(Door::Alb)).await;
    let event = client.get("/search?q=a%20b", &[]).await.json();
    assert_eq!(event["queryStringParameters"], json!({ "q": "a%20b" }));
    assert_eq!((&event["body"], event.get("multiValueHeaders")), (&json!(""), None));
    let malformed = answered(&mut client, "/", r#"{"body":"x"}"#).await;
    assert_eq!((malformed.status, malformed.header("content-type")), (502, Some("text/html")));

    let mut client = at(Gateway::new(Door::AlbMultiValue)).await;
    // With multi-value headers the answer's plain headers do not count.
    let event = client.get("/?q=1&q=2", &[("x-a", "1"), ("x-a", "2")]).await;
    assert_eq!(event.header("content-type"), Some("application/octet-stream"));
    let event = event.json();
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "q": ["1", "2"] }));
    assert_eq!(event["multiValueHeaders"]["x-a"], json!(["1", "2"]));
    assert_eq!(event.get("headers"), None);
}

#[tokio::test]
async fn the_prelude_of_a_streamed_answer_names_status_and_headers() {
    let mut client = at(Gateway::new(Door::FunctionUrl)).await;
    let prelude =
        r#"stream:{"statusCode":418,"headers":{"x-a":"b"},"cookies":["c=1"]}|short and stout"#;
    let reply = client.post("/", &[JSON], prelude.as_bytes()).await;
    assert_eq!((reply.status, reply.body.as_slice()), (418, &b"short and stout"[..]));
    assert_eq!((reply.header("x-a"), reply.header("set-cookie")), (Some("b"), Some("c=1")));
}

#[tokio::test]
async fn who_asks_while_all_environments_are_at_work_is_throttled() {
    let doors = [
        (Door::FunctionUrl, 429, "/"),
        (Door::HttpApi, 503, "/"),
        (Door::RestApi, 500, "/prod/"),
        (Door::Alb, 502, "/"),
    ];
    let fleet = workers("report", 1);
    fleet.warm().await.unwrap();
    for (door, status, path) in doors {
        let front = Gateway::new(door).bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = front.address().unwrap();
        tokio::spawn(front.serve(fleet.clone()));
        // The only environment is at work until the answer has come.
        let busy = fleet.begin(r#"{"body":"sleep:400"}"#).unwrap();
        let mut client = Client::connect(address).await.unwrap();
        assert_eq!(client.get(path, &[]).await.status, status, "{door:?}");
        busy.finished().await.unwrap();
    }
}
