//! EventBridge and CloudWatch.
use crate::envelope::shape::{
    ACCOUNT, ARN, LINE, NAME, OBJECT, REGION, Shape, TEXTS, TIME, may, need,
};

/// Amazon EventBridge User Guide, "AWS service event metadata". AWS's own samples leave `version`
/// out; Scheduler's default payload holds the detail in a string.
pub(super) static EVENT: Shape = Shape::Object(&[
    may("version", NAME),
    need("id", NAME),
    need("detail-type", Shape::Text),
    need("source", Shape::Text),
    need("account", ACCOUNT),
    need("time", TIME),
    need("region", REGION),
    need("resources", TEXTS),
    may("detail", Shape::Either(&[OBJECT, Shape::Text])),
]);

/// Amazon CloudWatch User Guide, "Event object sent to Lambda".
pub(super) static ALARM: Shape = Shape::Object(&[
    need("source", Shape::Word(&["aws.cloudwatch"])),
    need("alarmArn", ARN),
    need("accountId", ACCOUNT),
    need("time", TIME),
    need("region", REGION),
    need(
        "alarmData",
        Shape::Object(&[
            need("alarmName", LINE),
            need("state", STATE),
            may("previousState", STATE),
            may("configuration", OBJECT),
        ]),
    ),
]);

const STATE: Shape = Shape::Object(&[
    need("value", NAME),
    may("reason", Shape::Text),
    may("reasonData", Shape::Text),
    may("timestamp", TIME),
]);
