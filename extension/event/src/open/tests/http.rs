//! Requests of every front end: line, query, headers, cookies, body.
use super::*;

/// A request of an HTTP API with these members besides those that tell it.
fn v2(members: &str) -> String {
    format!(
        r#"{{"version":"2.0","routeKey":"$default","rawPath":"/p","requestContext":{{"accountId":"123456789012","apiId":"a","domainName":"a.execute-api.eu-west-1.amazonaws.com","http":{{"method":"POST","path":"/p","sourceIp":"203.0.113.9","userAgent":"ua"}},"stage":"$default"}},{members}}}"#
    )
}

const LINE: [&str; 2] = ["path /rawPath: /p", "method /requestContext/http/method: POST"];

/// What a request has besides its line.
#[track_caller]
fn check_v2(members: &str, expected: &[&str]) {
    let (contents, faults) =
        opened_with(v2(&format!(r#""rawQueryString":"",{members}"#)), &Caps::default());
    let rest: Vec<_> = contents.iter().filter(|line| !LINE.contains(&line.as_str())).collect();
    let client = "other-header(user-agent) /requestContext/http/userAgent: ua";
    let rest: Vec<_> = rest.into_iter().filter(|line| *line != client).collect();
    assert_eq!(rest, expected, "{members}");
    assert_eq!(faults, [""; 0]);
    assert!(LINE.iter().all(|line| contents.contains(&(*line).to_owned())));
}

#[test]
fn queries_are_given_pair_by_pair() {
    let (contents, _) = opened_with(
        v2(
            r#""rawQueryString":"q=a%27b&q=2&x+y=%C3%A9&flag&&=v&%ff=1","queryStringParameters":{"q":"a'b,2","x y":"é","flag":"","z":"only here"}"#,
        ),
        &Caps::default(),
    );
    let query: Vec<_> = contents.iter().filter(|line| line.contains("query")).collect();
    assert_eq!(
        query,
        [
            "query(q) /rawQueryString: a'b",
            "query(q) /rawQueryString: 2",
            "query(x y) /rawQueryString: é",
            "query(flag) /rawQueryString: ",
            "query() /rawQueryString: v",
            "query /rawQueryString: \u{fffd}=1",
            "other-query(q) /queryStringParameters/q: a'b,2",
            "other-query(z) /queryStringParameters/z: only here",
        ]
    );
    check_v2(r#""queryStringParameters":{"a":"1"}"#, &["query(a) /queryStringParameters/a: 1"]);
}

#[test]
fn headers_and_cookies() {
    check_v2(
        r#""headers":{"x-a":"1, 2","user-agent":"ua","it's":"\u0027"},"cookies":["a=b","c=d=e; f","g"]"#,
        &[
            "header(x-a) /headers/x-a: 1, 2",
            "header(user-agent) /headers/user-agent: ua",
            "header(it's) /headers/*: '",
            "cookie(a) /cookies/0: b",
            "cookie(c) /cookies/1: d=e",
            "cookie /cookies/1: f",
            "cookie /cookies/2: g",
        ],
    );
    check_v2(
        r#""headers":{"Cookie":"a=b; c=\"d\";"}"#,
        &["cookie(a) /headers/Cookie: b", "cookie(c) /headers/Cookie: \"d\""],
    );
}

#[test]
fn both_forms_of_one_request_are_given_once() {
    let json = r#"{"resource":"/x","path":"/x","httpMethod":"GET",
        "headers":{"A":"2","B":"3","C":"forged","Cookie":"k=v"},
        "multiValueHeaders":{"A":["1","2"],"B":["3"],"Cookie":["k=v"]},
        "queryStringParameters":{"p":"2","r":"s"},"multiValueQueryStringParameters":{"p":["1","2"]},
        "pathParameters":{"id":"a/b"},"stageVariables":{"v":"w"},
        "requestContext":{"accountId":"123456789012","apiId":"a","stage":"s","httpMethod":"GET","path":"/s/x",
            "identity":{"sourceIp":"203.0.113.9","userAgent":"ua"},"authorizer":{"principalId":"p","name":"o'x"}},
        "body":null,"isBase64Encoded":false,"extra":"e"}"#;
    check(
        json,
        &[
            "envelope(extra) /extra: e",
            "method /httpMethod: GET",
            "path /path: /x",
            "path-parameter(id) /pathParameters/id: a/b",
            "query(p) /multiValueQueryStringParameters/p/0: 1",
            "query(p) /multiValueQueryStringParameters/p/1: 2",
            "other-query(r) /queryStringParameters/r: s",
            "header(A) /multiValueHeaders/A/0: 1",
            "header(A) /multiValueHeaders/A/1: 2",
            "header(B) /multiValueHeaders/B/0: 3",
            "cookie(k) /multiValueHeaders/Cookie/0: v",
            "other-header(C) /headers/C: forged",
            "path /requestContext/path: /s/x",
            "other-header(user-agent) /requestContext/identity/userAgent: ua",
            r#"claims json /requestContext/authorizer: {"principalId":"p","name":"o'x"}"#,
        ],
    );
}

#[test]
fn a_load_balancer_leaves_the_query_encoded() {
    check(
        r#"{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t/0"}},"httpMethod":"GET","path":"/a%2Fb","queryStringParameters":{"q%5B%5D":"a%27+b"},"headers":{},"body":"","isBase64Encoded":false}"#,
        &[
            "method /httpMethod: GET",
            "path /path: /a%2Fb",
            "query(q[]) /queryStringParameters/*: a' b",
        ],
    );
}

#[test]
fn bodies_are_read_as_what_they_are() {
    let body = |content_type: &str, body: &str, is_base64: bool| {
        let quoted = quoted(body);
        format!(
            r#""headers":{{"Content-Type":"{content_type}"}},"body":{quoted},"isBase64Encoded":{is_base64}"#
        )
    };
    for (content_type, text, media) in [
        ("application/json", r#"{"a":"\"x\""}"#, " json"),
        ("application/json", r#"{"Type":"N","TopicArn":"t","Message":"not opened"}"#, " json"),
        ("application/json", "7", " json"),
        ("application/json", r#"{"a":1,}"#, ""),
        ("text/plain", r#"{"a":1}"#, " json"),
        ("application/x-www-form-urlencoded", r#"{"a":1}"#, " json"),
        ("application/x-www-form-urlencoded", "a=%41&b=c+d", " form"),
        ("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--", " multipart"),
        ("application/xml", "<a/>", " xml"),
        ("text/plain", "<a/>", " xml"),
        ("text/plain", "7", ""),
        ("", "a=b", ""),
    ] {
        let expected = [
            format!("header(Content-Type) /headers/Content-Type: {content_type}"),
            format!("body{media} /body: {text}"),
        ];
        let expected: Vec<_> = expected.iter().map(String::as_str).collect();
        check_v2(&body(content_type, text, false), &expected);
        check_v2(&body(content_type, &base64(text.as_bytes()), true), &expected);
        check_v2(&body(content_type, &base64(&gzip(text.as_bytes())), true), &expected);
    }
    let opened_body = |text: &str| {
        let members = format!(r#""rawQueryString":"",{}"#, body("image/png", text, true));
        opened_with(v2(&members), &Caps::default())
    };
    let (contents, faults) = opened_body("not base64");
    assert_eq!(contents.last().unwrap(), "body /body: not base64");
    assert_eq!(faults, ["schema.envelope /body: base64"]);
    let (contents, _) = opened_body(&base64(b"\x89PNG"));
    assert_eq!(contents.last().unwrap(), "body binary /body: \u{fffd}PNG");
}

#[test]
fn keys_with_escapes_and_keys_that_stand_twice_are_seen() {
    check_v2(
        r#""b\u006fdy":"x","body":"y","Body":"z""#,
        &["envelope(body) /body: y", "envelope(Body) /Body: z", "body /body: x"],
    );
}

#[test]
fn more_headers_than_the_outline_holds_are_seen() {
    let many: Vec<_> = (0..70_000).map(|i| format!(r#""h{i}":"v""#)).collect();
    let many = many.join(",");
    let members =
        format!(r#""rawQueryString":"","headers":{{{many}}},"body":"Yg==","isBase64Encoded":true"#);
    let (contents, _) = opened_with(v2(&members), &Caps::default());
    assert_eq!(contents.iter().filter(|line| line.starts_with("header(")).count(), 70_000);
    assert!(contents.contains(&"body /body: b".to_owned()));
}

#[test]
fn lattice_and_websockets() {
    check(
        r#"{"raw_path":"/p","method":"POST","headers":{"a":"b"},"query_string_parameters":{"q":"r"},"body":"t","is_base64_encoded":false}"#,
        &[
            "method /method: POST",
            "path /raw_path: /p",
            "query(q) /query_string_parameters/q: r",
            "header(a) /headers/a: b",
            "body /body: t",
        ],
    );
    check(
        r#"{"requestContext":{"routeKey":"$default","eventType":"MESSAGE","connectionId":"c","messageDirection":"IN","apiId":"a","stage":"s","domainName":"d","identity":{"sourceIp":"203.0.113.9"}},"body":"{\"action\":\"x\"}","isBase64Encoded":false}"#,
        &[r#"body json /body: {"action":"x"}"#],
    );
}
