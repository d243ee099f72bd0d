//! S3 Object Lambda: each way of asking is answered in its own way.
use super::*;

fn object_lambda(context: &str, asked: &Value) -> Value {
    json!({
        "xAmzRequestId": "1a5ed718-5f53-471d-b6fe-5cf62d88d02a",
        context: asked,
        "configuration": {
            "accessPointArn": "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/orders",
            "supportingAccessPointArn": "arn:aws:s3:eu-west-1:123456789012:accesspoint/orders",
            "payload": "{}",
        },
        "userRequest": { "url": "https://example.com/poison", "headers": {} },
        "userIdentity": { "type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root", "accountId": "123456789012", "accessKeyId": "", "sessionContext": null },
        "protocolVersion": "1.00",
    })
}

fn asked_for(route: &str) -> Value {
    let asked = json!({
        "inputS3Url": "https://example.com",
        "outputRoute": route,
        "outputToken": "OutputToken",
    });
    object_lambda("getObjectContext", &asked)
}

#[test]
fn who_asked_for_an_object_is_told_by_a_call() {
    let refused = refused(&asked_for("io-use1-001"), Trigger::S3ObjectLambda);
    is_function_error(&refused);
    let Some(Callback::Object(denied)) = refused.callback() else { panic!("{refused:?}") };
    assert_eq!((denied.route(), denied.token()), ("io-use1-001", "OutputToken"));
    assert_eq!((denied.status(), denied.code(), denied.message()), (403, "AccessDenied", WORDS));
    assert!(!format!("{denied:?}").contains("OutputToken"));
}

#[test]
fn security_a_route_that_is_no_label_is_not_followed() {
    for route in ["", "a.b", "a/b", "a@b", "a:1", "a\r\nb"] {
        let refused = refused(&asked_for(route), Trigger::S3ObjectLambda);
        assert!(refused.callback().is_none(), "{route}");
        is_function_error(&refused);
    }
}

#[test]
fn who_asked_for_a_head_or_a_list_is_told_in_the_answer() {
    for context in ["headObjectContext", "listObjectsContext", "listObjectsV2Context"] {
        let event = object_lambda(context, &json!({ "inputS3Url": "https://example.com" }));
        let refused = refused(&event, Trigger::S3ObjectLambda);
        assert!(refused.callback().is_none(), "{context}");
        let answer = refused.answer(StreamHint::default());
        let Answer::Response { body, .. } = answer else { panic!("{answer:?}") };
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({ "statusCode": 403, "errorCode": "AccessDenied", "errorMessage": WORDS })
        );
    }
}
