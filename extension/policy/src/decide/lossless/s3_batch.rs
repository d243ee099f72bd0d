//! S3 Batch Operations ("Invoke AWS Lambda function"; "Tracking job status and completion
//! reports"): temporary failures and failed invocations are tried again; every task stands in the
//! job's report with what became of it.
use super::*;

const RETRIES: u32 = 3;

fn event(contents: &[String]) -> Value {
    let task = |(index, text): (usize, &String)| {
        json!({
            "taskId": format!("dGFza2lkZ29lc2hlcmUK{index}"),
            "s3Key": text,
            "s3VersionId": null,
            "s3BucketArn": "arn:aws:s3:::uploads",
        })
    };
    json!({
        "invocationSchemaVersion": "1.0",
        "invocationId": "YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo",
        "job": { "id": "f3cc4f60-61f6-4a2b-8a21-d07600c373ce" },
        "tasks": contents.iter().enumerate().map(task).collect::<Vec<_>>(),
    })
}

fn read(event: &Value) -> Vec<String> {
    let tasks = event["tasks"].as_array().unwrap();
    tasks.iter().map(|task| task["s3Key"].as_str().unwrap().to_owned()).collect()
}

fn work(event: &Value, failed: &[String]) -> Value {
    let result = |task: &Value| {
        let fails = failed.iter().any(|text| task["s3Key"] == **text);
        let code = if fails { "TemporaryFailure" } else { "Succeeded" };
        json!({ "taskId": task["taskId"], "resultCode": code, "resultString": "" })
    };
    let tasks = event["tasks"].as_array().unwrap();
    json!({
        "invocationSchemaVersion": event["invocationSchemaVersion"],
        "treatMissingKeysAs": "PermanentFailure",
        "invocationId": event["invocationId"],
        "results": tasks.iter().map(result).collect::<Vec<_>>(),
    })
}

/// The names of tasks that the job's report calls failed.
fn play(world: &mut World, contents: &[String]) -> BTreeSet<String> {
    let mut open = contents.to_vec();
    let mut failed = BTreeSet::new();
    for attempt in 0..=RETRIES {
        if open.is_empty() {
            break;
        }
        let event = event(&open);
        let answer = world.invoke(&event, read, work).ok();
        let answer: Value =
            answer.and_then(|it| serde_json::from_slice(&it).ok()).unwrap_or(Value::Null);
        let valid = answer["invocationId"] == event["invocationId"];
        let results = answer["results"].as_array().filter(|_| valid).cloned().unwrap_or_default();
        let mut again = Vec::new();
        for (task, text) in event["tasks"].as_array().unwrap().iter().zip(open) {
            let mut own = results.iter().filter(|it| it["taskId"] == task["taskId"]);
            let (first, second) = (own.next(), own.next());
            assert!(second.is_none(), "a task is answered once");
            match first.and_then(|result| result["resultCode"].as_str()) {
                Some("Succeeded") => world.forget(&text),
                Some("PermanentFailure") => _ = failed.insert(name_of(&text)),
                _ if attempt < RETRIES => again.push(text),
                _ => _ = failed.insert(name_of(&text)),
            }
        }
        open = again;
    }
    failed
}

#[test]
fn an_s3_batch_job_reports_every_refused_task() {
    each_case(|on_refuse, style, seed| {
        if on_refuse != OnRefuse::Fail {
            return;
        }
        let mut world = World::new("s3-batch", on_refuse, style, seed);
        let contents: Vec<_> = (0..4).map(|index| world.item(&format!("item-{index}"))).collect();
        let failed = play(&mut world, &contents);
        for text in &contents {
            let name = name_of(text);
            if text.contains(POISON) {
                assert!(failed.contains(&name), "{text}");
            } else if !failed.contains(&name) {
                world.forget(text);
            }
        }
    });
}
