//! Whether an event should be held back for a moment: its proof hangs on a key that is on its way.
use tollgate_event::RawEvent;

use super::unless_it_panics;
use crate::desk::Desk;
use crate::policy::Policy;
use crate::stage::awaits;

/// Whether what this event must prove hangs on a key that has to be fetched, never was, and is being
/// asked for. Certificates that its messages name are wanted from now on: the next
/// `desk.keys.take_wanted` gives them.
///
/// Nothing else is changed, and nothing is decided: an event that nobody holds back finds no key,
/// which is `auth.unavailable`. Never unwinds.
pub fn awaits_key(event: &RawEvent, policy: &Policy, desk: &mut Desk) -> bool {
    let may_lack = desk.keys.lacks_remote() || policy.fetches_certificates();
    let look = || {
        let decoded = tollgate_event::decode(event.clone(), policy.limits());
        let event = tollgate_event::classify(decoded);
        let assertions = event.assertions();
        let auths = policy.auths(policy.source_of(assertions), assertions);
        let mut awaited = false;
        // Each is asked, so that all that is wanted is known at once.
        for way in auths.flat_map(|auth| &auth.ways) {
            awaited |= awaits(way, &event, &mut desk.keys);
        }
        awaited
    };
    may_lack && unless_it_panics(look).unwrap_or(false)
}
