//! Each rule fires on what it is about, and not on what is right.
use super::{Claims, RULES, lint, reference};
use crate::Template;

/// `id resource` of all findings.
fn found(text: &str, claims: &Claims) -> Vec<String> {
    let template = Template::read("t.yaml", text).unwrap_or_else(|wrong| panic!("{wrong}"));
    let all = lint(&template, "2026-11-23", &|_| Some(claims.clone()));
    all.iter().map(|one| format!("{} {}", one.rule.id, one.resource)).collect()
}

const GOOD: &str = "\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      ReservedConcurrentExecutions: 5
      CodeSigningConfigArn: !Ref Signing
      LoggingConfig: { LogGroup: !Ref Log }
      RecursiveLoop: Terminate
      Environment: { Variables: { SECRET: '{{resolve:secretsmanager:x}}', SECRET_ARN: 'arn:x' } }
      FunctionUrlConfig: { AuthType: AWS_IAM }
      Policies:
        - Statement: { Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
        - Statement: { Effect: Deny, Action: '*', Resource: '*' }
      Events:
        Q:
          Type: SQS
          Properties:
            Queue: !GetAtt Queue.Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: { MaximumConcurrency: 2 }
        K:
          Type: Kinesis
          Properties:
            Stream: !GetAtt S.Arn
            FunctionResponseTypes: [ReportBatchItemFailures]
            MaximumRetryAttempts: 3
            DestinationConfig: { OnFailure: { Destination: x } }
  Log: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 30 } }
  Queue: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { maxReceiveCount: 3 } } }
  P:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref F, Principal: sns.amazonaws.com, SourceArn: !Ref T }
";

#[test]
fn what_is_right_is_left_alone() {
    let claims = Claims { direct_invoke_closed: true, report_item: vec!["sqs".to_owned()] };
    assert_eq!(found(GOOD, &claims), Vec::<String>::new());
}

#[test]
fn every_rule_fires_on_what_it_is_about() {
    let claims = Claims { direct_invoke_closed: true, report_item: vec!["sqs".to_owned()] };
    let mut fired = Vec::new();
    for (right, wrong, rule) in [
        ("python3.13", "python3.8", "runtime.deprecated F"),
        ("      ReservedConcurrentExecutions: 5\n", "", "concurrency.reserved F"),
        ("      CodeSigningConfigArn: !Ref Signing\n", "", "code.signing F"),
        ("      LoggingConfig: { LogGroup: !Ref Log }\n", "", "logs.retention F"),
        ("{ RetentionInDays: 30 }", "{}", "logs.retention Log"),
        ("Terminate", "Allow", "recursion.allowed F"),
        ("'{{resolve:secretsmanager:x}}'", "hunter2", "secret.in-variable F"),
        ("AWS_IAM", "NONE", "url.no-auth F"),
        ("'s3:GetObject'", "['s3:*']", "iam.wildcard-action F"),
        ("'arn:aws:s3:::b/*'", "'*'", "iam.wildcard-resource F"),
        (
            "            ScalingConfig: { MaximumConcurrency: 2 }\n",
            "",
            "mapping.maximum-concurrency F",
        ),
        ("RedrivePolicy: { maxReceiveCount: 3 }", "", "mapping.dead-letter-queue Queue"),
        ("MaximumRetryAttempts: 3", "MaximumRetryAttempts: -1", "mapping.retry-limit F"),
        (
            "            DestinationConfig: { OnFailure: { Destination: x } }\n",
            "",
            "mapping.failure-destination F",
        ),
        (
            "Arn\n            FunctionResponseTypes: [ReportBatchItemFailures]\n            Sc",
            "Arn\n            Sc",
            "mapping.report-item-ignored F",
        ),
        (
            "Arn\n            FunctionResponseTypes: [ReportBatchItemFailures]\n            Ma",
            "Arn\n            Ma",
            "mapping.item-failures F",
        ),
    ] {
        let text = GOOD.replacen(right, wrong, 1);
        assert_ne!(text, GOOD, "{right}");
        assert_eq!(found(&text, &claims), [rule], "{right}");
        fired.extend(rule.split(' ').next());
    }
    let open = GOOD.replace(", SourceArn: !Ref T", "");
    assert_eq!(found(&open, &claims), ["invoke.direct-open F", "invoke.no-source P"]);
    let any = GOOD.replace("sns.amazonaws.com", "'*'");
    assert_eq!(found(&any, &claims), ["invoke.direct-open F", "invoke.any-principal P"]);
    fired.extend(["invoke.direct-open", "invoke.no-source", "invoke.any-principal"]);
    assert!(RULES.iter().all(|rule| fired.contains(&rule.id)));
}

#[test]
fn the_rules_have_ids_of_their_own_in_order() {
    assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn the_reference_page_is_fresh() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/lint.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(page, reference()).unwrap();
    }
    let stored = std::fs::read_to_string(page).unwrap_or_default();
    assert!(stored == reference(), "stale; run this test with BLESS=1");
}
