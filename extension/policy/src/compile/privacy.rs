//! Contents and form of records: whose word holds, and that nothing of it changes.
use super::tighten::Tighten;
use super::value;
use crate::document::Written;
use crate::privacy::RecordOptions;

pub(super) fn resolve(baseline: &Written<'_>, own: &Written<'_>) -> RecordOptions {
    let (own, baseline) = (&own.privacy, &baseline.privacy);
    RecordOptions {
        format: value(own.format.as_ref(), baseline.format.as_ref()).unwrap_or_default(),
        fields: value(own.fields.as_ref(), baseline.fields.as_ref()).unwrap_or_default(),
        seal_to: value(own.seal_to.as_ref(), baseline.seal_to.as_ref()),
        pseudonym_key_env: value(
            own.pseudonym_key_env.as_ref(),
            baseline.pseudonym_key_env.as_ref(),
        ),
        retention: value(own.retention.as_ref(), baseline.retention.as_ref()),
        metrics: value(own.metrics.as_ref(), baseline.metrics.as_ref()).unwrap_or_default(),
    }
}

impl Tighten<'_> {
    /// What the fleet says of records holds for every function.
    pub(super) fn privacy(&mut self, baseline: &Written<'_>, own: &Written<'_>) {
        let (theirs, mine) = (&baseline.privacy, &own.privacy);
        self.stays("ledger.format", theirs.format.as_ref(), mine.format.as_ref());
        self.stays("ledger.redact", theirs.fields.as_ref(), mine.fields.as_ref());
        self.stays("ledger.seal_to", theirs.seal_to.as_ref(), mine.seal_to.as_ref());
        let key = "ledger.pseudonym_key_env";
        self.stays(key, theirs.pseudonym_key_env.as_ref(), mine.pseudonym_key_env.as_ref());
        self.stays("ledger.retention", theirs.retention.as_ref(), mine.retention.as_ref());
        self.stays("metrics", theirs.metrics.as_ref(), mine.metrics.as_ref());
    }
}
