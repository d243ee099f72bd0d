//! Patterns held against events: the examples of AWS's documentation, and what they leave open.
use serde_json::{Value, json};

use super::{Filter, FilterOf, Pattern};

/// A pattern, what matches it, and what does not.
fn check(pattern: &Value, matching: &[Value], other: &[Value]) {
    let read = Pattern::of(pattern).unwrap();
    for event in matching {
        assert!(read.matches(event), "{pattern} should match {event}");
    }
    for event in other {
        assert!(!read.matches(event), "{pattern} should not match {event}");
    }
}

/// The examples of "Comparison operators for use in event patterns", with one event for and against.
#[test]
fn the_operators_are_those_of_the_documentation() {
    let rows = [
        (
            json!({"Location": ["New York"], "Day": ["Monday"]}),
            json!({"Location": "New York", "Day": "Monday"}),
            json!({"Location": "New York", "Day": "Tuesday"}),
        ),
        (
            json!({"state": [{"anything-but": "initializing"}]}),
            json!({"state": "running"}),
            json!({"state": "initializing"}),
        ),
        (json!({"x": [{"anything-but": [100, 200]}]}), json!({"x": 300}), json!({"x": 200})),
        (
            json!({"Region": [{"anything-but": {"prefix": "us-"}}]}),
            json!({"Region": "eu-west-1"}),
            json!({"Region": "us-east-1"}),
        ),
        (
            json!({"FileName": [{"anything-but": {"suffix": [".png", ".txt"]}}]}),
            json!({"FileName": "a.jpg"}),
            json!({"FileName": "a.txt"}),
        ),
        (
            json!({"state": [{"anything-but": {"equals-ignore-case": ["initializing", "stopped"]}}]}),
            json!({"state": "running"}),
            json!({"state": "STOPPED"}),
        ),
        (
            json!({"FilePath": [{"anything-but": {"wildcard": "*/lib/*"}}]}),
            json!({"FilePath": "usr/bin/x"}),
            json!({"FilePath": "usr/lib/x"}),
        ),
        (
            json!({"Region": [{"prefix": "us-"}]}),
            json!({"Region": "us-east-1"}),
            json!({"Region": "eu-us-1"}),
        ),
        (
            json!({"service": [{"prefix": {"equals-ignore-case": "eventb"}}]}),
            json!({"service": "EventBridge"}),
            json!({"service": "Events"}),
        ),
        (json!({"LastName": [""]}), json!({"LastName": ""}), json!({"LastName": "a"})),
        (
            json!({"Name": [{"equals-ignore-case": "alice"}]}),
            json!({"Name": "ALICE"}),
            json!({"Name": "alicia"}),
        ),
        (
            json!({"FileName": [{"suffix": ".png"}]}),
            json!({"FileName": "a.png"}),
            json!({"FileName": "a.png.txt"}),
        ),
        (
            json!({"service": [{"suffix": {"equals-ignore-case": "tbridge"}}]}),
            json!({"service": "EVENTBRIDGE"}),
            json!({"service": "bridges"}),
        ),
        (
            json!({"ProductName": [{"exists": true}]}),
            json!({"ProductName": null}),
            json!({"Product": 1}),
        ),
        (
            json!({"ProductName": [{"exists": false}]}),
            json!({"Product": 1}),
            json!({"ProductName": ""}),
        ),
        (
            json!({"Source-IP": [{"cidr": "10.0.0.0/24"}]}),
            json!({"Source-IP": "10.0.0.255"}),
            json!({"Source-IP": "10.0.1.0"}),
        ),
        (
            json!({"ip": [{"cidr": "2001:db8::/32"}]}),
            json!({"ip": "2001:db8:1::1"}),
            json!({"ip": "10.0.0.1"}),
        ),
        (
            json!({"Price": [{"numeric": ["=", 100]}]}),
            json!({"Price": 100.0}),
            json!({"Price": "100"}),
        ),
        (
            json!({"Price": [{"numeric": [">", 10, "<=", 20]}]}),
            json!({"Price": 20}),
            json!({"Price": 10}),
        ),
        (
            json!({"PaymentType": ["Cash", "Credit"]}),
            json!({"PaymentType": "Credit"}),
            json!({"PaymentType": "credit"}),
        ),
        (
            json!({"$or": [{"Location": ["New York"]}, {"Day": ["Monday"]}]}),
            json!({"Location": "Paris", "Day": "Monday"}),
            json!({"Location": "Paris", "Day": "Tuesday"}),
        ),
        (
            json!({"FileName": [{"wildcard": "dir/*.png"}]}),
            json!({"FileName": "dir/a/b.png"}),
            json!({"FileName": "dir/a.pngx"}),
        ),
        (json!({"UserID": [null]}), json!({"UserID": null}), json!({"UserID": ""})),
    ];
    for (pattern, matching, other) in rows {
        check(&pattern, &[matching], &[other]);
    }
}

#[test]
fn levels_lists_and_alternatives_nest() {
    check(
        &json!({"source": ["aws.ec2"], "detail": {"state": [{"anything-but": "stopped"}], "cpu": [{"numeric": ["<", 50]}]}}),
        &[json!({"source": "aws.ec2", "detail": {"state": "running", "cpu": 1.5}, "more": 1})],
        &[
            json!({"source": "aws.ec2", "detail": {"state": "stopped", "cpu": 1}}),
            json!({"source": "aws.ec2", "detail": {"cpu": 1}}),
            json!({"source": "aws.ec2", "detail": "running"}),
        ],
    );
    // One element of a list is enough; what is asked of an element is asked of one and the same.
    check(
        &json!({"resources": [{"prefix": "arn:aws:s3"}], "items": {"sku": ["a"], "count": [2]}}),
        &[
            json!({"resources": ["x", "arn:aws:s3:::b"], "items": [{"sku": "b", "count": 1}, {"sku": "a", "count": 2}]}),
        ],
        &[
            json!({"resources": ["arn:aws:s3:::b"], "items": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}]}),
            json!({"resources": [], "items": [{"sku": "a", "count": 2}]}),
        ],
    );
    check(
        &json!({"kind": ["order"], "$or": [{"$or": [{"a": [1]}, {"b": [1]}]}, {"c": [{"exists": false}], "d": [true]}]}),
        &[json!({"kind": "order", "b": 1}), json!({"kind": "order", "d": true})],
        &[json!({"kind": "order", "c": 1, "d": true}), json!({"kind": "x", "b": 1})],
    );
}

#[test]
fn what_the_documentation_says_beside_its_examples() {
    // "uses exact character-by-character matching": numbers too, unless the rule is numeric.
    check(&json!({"n": [300]}), &[json!({"n": 300})], &[json!({"n": 300.0}), json!({"n": "300"})]);
    // "Exists matching only works on leaf nodes."
    let held = json!({"a": {"b": 1}});
    check(&json!({"a": [{"exists": true}]}), &[json!({"a": 1})], std::slice::from_ref(&held));
    check(&json!({"a": {"b": [{"exists": true}]}}), &[held], &[json!({"a": 1})]);
    // What is absent is absent in every element.
    let absent = json!({"a": {"b": [{"exists": false}]}});
    check(&absent, &[json!({}), json!({"a": [{"c": 1}]})], &[json!({"a": [{"c": 1}, {"b": 1}]})]);
    // "anything-but" needs a value to be other.
    check(
        &json!({"a": [{"anything-but": "x"}]}),
        &[json!({"a": 1})],
        &[json!({}), json!({"a": {}})],
    );
    // A wildcard's escapes stand for themselves.
    check(
        &json!({"a": [{"wildcard": "\\*a\\\\*"}]}),
        &[json!({"a": "*a\\b"})],
        &[json!({"a": "xa\\b"})],
    );
    check(
        &json!({"a": [{"wildcard": "a*b*ab"}]}),
        &[json!({"a": "abab"}), json!({"a": "axbyab"})],
        &[json!({"a": "aab"}), json!({"a": "ab"})],
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let said = |text: &str| Pattern::parse(text).unwrap_err().to_string();
    let operators = "the operators are anything-but, cidr, equals-ignore-case, exists, numeric, \
                     prefix, suffix, wildcard";
    for (text, error) in [
        ("{", "the pattern is not JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "the pattern must be an object such as {\"source\": [\"com.example\"]}, not a list"),
        ("{}", "the pattern is empty: name at least one field"),
        (r#"{"a":"b"}"#, "`a`: a string must stand in a list, such as [\"b\"]"),
        (r#"{"a":{"b":[]}}"#, "`a.b`: an empty list matches nothing: name at least one value"),
        (r#"{"a":{}}"#, "`a`: an empty object asks nothing: name a field in it"),
        (r#"{"a":[[1]]}"#, "`a`: a list in a list: values stand side by side in one"),
        (
            r#"{"a":{"prefix":"b"}}"#,
            "`a`: `prefix` must stand in a list, such as [{\"prefix\":\"b\"}]",
        ),
        (r#"{"a":[{"exists":"yes"}]}"#, "`a`: `exists` takes true or false, not \"yes\""),
        (
            r#"{"a":[{"cidr":"10.0.0.0/40"}]}"#,
            "`a`: `cidr` takes a range of addresses such as \"10.0.0.0/24\", not \"10.0.0.0/40\"",
        ),
        (
            r#"{"a":[{"numeric":[">",5,"<",5]}]}"#,
            "`a`: `numeric` [\">\",5,\"<\",5]: the lower bound is not below the upper one",
        ),
        (
            r#"{"a":[{"numeric":[">",6e9]}]}"#,
            "`a`: `numeric` 6000000000: numbers go from -5.0e9 to 5.0e9",
        ),
        (
            r#"{"a":[{"wildcard":"a**"}]}"#,
            "`a`: `wildcard` \"a**\": `**`: two wildcards may not follow each other; one `*` is enough",
        ),
        (r#"{"$or":[{"a":[1]}]}"#, "`$or`: `$or` must be a list of at least two objects"),
        (r#"{"$or":[{"a":[1]},{"b":2}]}"#, "`$or.1.b`: a number must stand in a list, such as [2]"),
    ] {
        assert_eq!(said(text), error, "{text}");
    }
    assert_eq!(
        said(r#"{"a":[{"regex":"b"}]}"#),
        format!("`a`: `regex` is no operator; {operators}")
    );
    assert!(said(r#"{"a":[{"numeric":["<",1,">",0]}]}"#).contains("takes a comparison such as"));
    assert!(said(r#"{"a":[{"anything-but":{"numeric":["=",1]}}]}"#).contains("or one of prefix"));
}

/// The table of "Using event filtering with an Amazon SQS event source".
#[test]
fn a_queue_sends_what_its_body_says() {
    let passes = |pattern: &str, body: &str| {
        let filter = Filter::read(FilterOf::Sqs, &[pattern]).unwrap();
        filter.passes(&json!({ "body": body, "attributes": { "SenderId": "a" } }))
    };
    for (pattern, body, passed) in [
        (r#"{"body":{"RequestCode":["BBBB"]}}"#, r#"{"RequestCode":"BBBB"}"#, true),
        (r#"{"body":{"RequestCode":["BBBB"]}}"#, r#"{"RequestCode":"AAAA"}"#, false),
        (r#"{"body":{"RequestCode":["BBBB"]}}"#, "BBBB", false),
        // A text is no JSON in which something is absent.
        (r#"{"body":{"RequestCode":[{"exists":false}]}}"#, "BBBB", false),
        (r#"{"body":{"RequestCode":[{"exists":false}]}}"#, "{}", true),
        (r#"{"body":["Result: OK","Result: NONE"]}"#, "Result: OK", true),
        (r#"{"body":["Result: OK"]}"#, "Result: FAIL", false),
        (r#"{"body":[{"anything-but":["x"]}]}"#, r#"{"a":1}"#, false),
        (r#"{"attributes":{"SenderId":["a"]}}"#, "anything", true),
    ] {
        assert_eq!(passes(pattern, body), passed, "{pattern} {body}");
    }
}

#[test]
fn a_stream_sends_what_its_data_or_image_says() {
    let kinesis = |patterns: &[&str], data: &[u8]| {
        let data = crate::base64::encode(data);
        let record =
            json!({"kinesis": {"partitionKey": "1", "data": data}, "eventSource": "aws:kinesis"});
        Filter::read(FilterOf::Kinesis, patterns).unwrap().passes(&record)
    };
    let either = [r#"{"data":{"t":[{"numeric":[">",5]}]}}"#, r#"{"partitionKey":["2"]}"#];
    assert!(kinesis(&either, br#"{"t":6}"#));
    assert!(!kinesis(&either, br#"{"t":5}"#));
    assert!(!kinesis(&either, b"\xff\xfe"), "bytes are no JSON");
    assert!(kinesis(&[r#"{"partitionKey":["1"]}"#], b"\xff\xfe"));
    assert!(kinesis(&[], b"all"), "no filter lets everything through");

    let table =
        r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"age":{"N":[{"prefix":"4"}]}}}}"#;
    let filter = Filter::read(FilterOf::DynamoDb, &[table]).unwrap();
    let image =
        |age: &str| json!({"eventName": "INSERT", "dynamodb": {"NewImage": {"age": {"N": age}}}});
    assert!(filter.passes(&image("42")) && !filter.passes(&image("24")));
}

#[test]
fn filters_that_cannot_be_say_which() {
    let wrong = |patterns: &[&str]| Filter::read(FilterOf::Sqs, patterns).unwrap_err();
    let second = wrong(&[r#"{"body":["a"]}"#, r#"{"body":"b"}"#]);
    assert_eq!(second.path, ["1", "body"]);
    assert_eq!(wrong(&["{}"; 11]).problem, "a mapping has at most 10 filters");
    let long = format!(r#"{{"body":["{}"]}}"#, "a".repeat(4096));
    assert_eq!(wrong(&[&long]).problem, "a pattern has at most 4096 characters");
}
