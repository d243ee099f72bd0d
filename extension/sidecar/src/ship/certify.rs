//! Has a key of AWS KMS vouch for a chain's first key, behind the path: the sandbox does not hold
//! that key, so that a log alone shows whose chain it is.

use crate::app::App;
use crate::courier;
use crate::limits::{CERTIFY_ATTEMPTS_MAX, CERTIFY_REST, CERTIFY_TIME};
use crate::observe::findings::Kind;
use std::rc::Rc;
use tollgate_ledger::record::Certificate;
use tollgate_link::Blob;
use tollgate_link::attest::Attest;

/// Asks in a task of its own, several times; what comes is a record, or that nothing came is.
pub(crate) fn begin(app: &Rc<App>, key: String, statement: String) {
    let app = Rc::clone(app);
    tokio::task::spawn_local(async move {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let ask = Attest { key: key.clone(), message: statement.clone() };
            let why = match courier::ask_within(&app, ask, CERTIFY_TIME).await {
                Ok(attested) => {
                    let Blob(signature) = &attested.signature;
                    let certificate =
                        Certificate::new(attested.key_arn, attested.algorithm, signature);
                    return app.recorder.certified(&app.clock, certificate);
                }
                Err(error) => format!("no certificate by `{key}`: {error}"),
            };
            app.log.warn(&why);
            if attempts == CERTIFY_ATTEMPTS_MAX {
                return app.recorder.find(&app.clock, Kind::Uncertified, None, &why);
            }
            tokio::time::sleep(CERTIFY_REST).await;
        }
    });
}
