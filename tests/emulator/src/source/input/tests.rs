//! Inputs as EventBridge documents them.
use super::*;
use serde_json::json;

const ARN: &str = "arn:aws:events:eu-west-1:123456789012:rule/stopped";

fn event() -> Value {
    json!({
        "version": "0", "id": "e-1", "detail-type": "State", "source": "example.machines",
        "resources": ["arn:aws:ec2:eu-west-1:123456789012:instance/i-1"],
        "detail": { "instance-id": "i-1", "state": "a \"b\"", "tags": [{ "k": 1 }, { "k": 2 }, {}] },
    })
}

fn transformer(template: &str) -> Result<Input, InputError> {
    let paths = [
        ("instance", "$.detail.instance-id"),
        ("state", "$.detail.state"),
        ("keys", "$.detail.tags[*].k"),
        ("first", "$.resources[0]"),
        ("none", "$.detail.none"),
        ("detail", "$.detail"),
    ];
    Input::transformed(&paths.map(|(name, path)| (name.to_owned(), path.to_owned())), template)
}

fn made(template: &str) -> String {
    transformer(template).unwrap().of(&event(), ARN).unwrap()
}

#[test]
fn a_template_is_json_with_values_in_and_out_of_quotes() {
    assert_eq!(made(r#"{"id": <instance>, "keys": <keys>}"#), r#"{"id": "i-1", "keys": [1,2]}"#);
    assert_eq!(made(r#"{"said": "<instance> is <state>"}"#), r#"{"said": "i-1 is a \"b\""}"#);
    assert_eq!(made(r#"{"said": "in \"<instance>\""}"#), r#"{"said": "in \"i-1\""}"#);
    assert_eq!(made(r#""<instance> of <first>""#).matches("i-1").count(), 2);
    assert_eq!(made(r#"{"none": <none>, "also": "<none>"}"#), r#"{"none": "", "also": ""}"#);
    assert_eq!(made(r#"{"a": 1 , "less": "1 < 2"}"#), r#"{"a": 1 , "less": "1 < 2"}"#);
}

#[test]
fn a_template_that_is_no_json_makes_one_text() {
    assert_eq!(made("<instance> is in state <state>"), r#""i-1 is in state a \"b\"""#);
    assert_eq!(made("<keys>"), "[1,2]");
}

#[test]
fn predefined_variables_are_the_rule_and_the_event() {
    let text = made(
        r#"{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>",
            "bare": <aws.events.event>, "whole": <aws.events.event.json>}"#,
    );
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["rule"], &value["arn"]), (&json!("stopped"), &json!(ARN)));
    assert_eq!(value["whole"], event());
    assert!(value["bare"].get("detail").is_none() && value["bare"]["id"] == "e-1");
    assert!(made(r#"{"at": "<aws.events.event.ingestion-time>"}"#).contains('T'));
}

#[test]
fn a_constant_and_a_part_stand_for_the_event() {
    let of = |input: Input| input.of(&event(), ARN);
    assert_eq!(
        of(Input::constant(r#"{"nightly": true}"#).unwrap()).unwrap(),
        r#"{"nightly": true}"#
    );
    assert_eq!(of(Input::part("$.detail.tags[1]").unwrap()).unwrap(), r#"{"k":2}"#);
    assert_eq!(of(Input::part("$").unwrap()).unwrap(), event().to_string());
    let nothing = of(Input::part("$.detail.none").unwrap()).unwrap_err();
    assert_eq!(nothing.to_string(), "`InputPath` `$.detail.none` finds nothing in the event");
}

#[test]
fn what_is_wrong_is_named() {
    let said = |input: Result<Input, InputError>| input.unwrap_err().to_string();
    for (input, part) in [
        (Input::constant("{"), "`Input` must be JSON: EOF"),
        (Input::part("detail"), "the path `detail` must begin with `$`"),
        (Input::part("$.a..b"), "lacks a name behind a dot"),
        (Input::part("$['a']"), "has a name in brackets"),
        (Input::part("$a"), "must go on with `.name` or `[0]`"),
        (transformer(r#"{"a": <b>}"#), "`<b>` is no variable of the `InputPathsMap`"),
        (transformer(r#"{"<state>": 1}"#), "`<state>` cannot be the key of an object"),
        (transformer(r#"{"a": <state>"#), "makes no JSON of it: EOF"),
        (transformer(""), "has 1 to 8192 characters"),
        (
            Input::transformed(&[("AWS.x".into(), "$".into())], "<AWS.x>"),
            "is no name of a variable",
        ),
    ] {
        let said = said(input);
        assert!(said.contains(part), "{said}");
    }
}
