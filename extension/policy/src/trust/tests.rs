//! The score does what it says: it can be added up, it stays in bounds, and nothing that speaks
//! against an event raises it.
use proptest::prelude::*;

use super::score::{Inputs, Proved, score};
use super::{Low, TrustBounds};

fn inputs() -> impl Strategy<Value = Inputs> {
    let proved = prop_oneof![Just(Proved::Nothing), Just(Proved::Asserted), Just(Proved::Signed)];
    let count = || prop_oneof![0_u32..4, 0..200_u32, any::<u32>()];
    let counts = prop::array::uniform12(count());
    (proved, any::<bool>(), counts, any::<bool>(), any::<bool>()).prop_map(
        |(proved, mature, counts, odd_hour, replayed)| {
            let [
                source,
                passed,
                refused,
                errors,
                pace,
                all,
                features,
                new,
                beyond,
                near,
                retries,
                _,
            ] = counts;
            Inputs {
                proved,
                mature,
                source_seen: source,
                caller_passed: passed,
                caller_refused: refused,
                caller_errors: errors,
                caller_haste: pace,
                haste: all,
                features: features.max(new),
                features_new: new,
                size_beyond: beyond,
                odd_hour,
                near_misses: near,
                retries,
                replayed,
            }
        },
    )
}

fn points(inputs: &Inputs) -> i32 {
    score(inputs, TrustBounds::default()).score
}

proptest! {
    #[test]
    fn it_can_be_added_up_again(inputs in inputs()) {
        let trust = score(&inputs, TrustBounds::default());
        let sum: i32 = trust.contributions.iter().map(|part| part.points).sum();
        prop_assert_eq!(trust.score, sum.clamp(0, 1000));
        prop_assert!(trust.contributions.iter().all(|part| part.points != 0));
        prop_assert_eq!(trust, score(&inputs, TrustBounds::default()));
    }

    #[test]
    fn what_speaks_against_an_event_never_raises_it(inputs in inputs(), more in 1_u32..100) {
        let before = points(&inputs);
        let worse = [
            Inputs { proved: Proved::Nothing, ..inputs },
            Inputs { caller_refused: inputs.caller_refused.saturating_add(more), ..inputs },
            Inputs { caller_haste: inputs.caller_haste.saturating_add(more), ..inputs },
            Inputs { haste: inputs.haste.saturating_add(more), ..inputs },
            Inputs { features_new: inputs.features_new.saturating_add(more), ..inputs },
            Inputs { size_beyond: inputs.size_beyond.saturating_add(more), ..inputs },
            Inputs { near_misses: inputs.near_misses.saturating_add(more), ..inputs },
            Inputs { retries: inputs.retries.saturating_add(more), ..inputs },
            Inputs { odd_hour: true, ..inputs },
            Inputs { replayed: true, ..inputs },
        ];
        for worse in worse {
            // A share of refusals takes the place of a share of errors, which weighs less.
            let slack = i32::from(worse.caller_refused != inputs.caller_refused);
            prop_assert!(points(&worse) <= before + slack, "{worse:?}");
        }
        let better = [
            Inputs { proved: Proved::Signed, ..inputs },
            Inputs { source_seen: inputs.source_seen.saturating_add(more), ..inputs },
            Inputs { caller_passed: inputs.caller_passed.saturating_add(more), ..inputs },
        ];
        for better in better {
            prop_assert!(points(&better) >= before, "{better:?}");
        }
    }
}

#[test]
fn a_stranger_is_noted_and_one_who_misbehaves_is_refused() {
    let bounds = TrustBounds { refuse_below: Some(300), observe_below: Some(600) };
    let low = |inputs| bounds.low(score(&inputs, bounds).score);
    let stranger = Inputs::default();
    assert_eq!(low(stranger), Some(Low::Observe(600)));
    let known =
        Inputs { source_seen: 64, caller_passed: 64, mature: true, features: 9, ..stranger };
    assert_eq!(low(known), None);
    assert_eq!(low(Inputs { proved: Proved::Signed, ..stranger }), None);
    let refused = Inputs { caller_refused: 3, ..stranger };
    assert_eq!(low(refused), Some(Low::Refuse(300)));
    let odd = Inputs { mature: true, features: 9, features_new: 9, size_beyond: 3, ..stranger };
    assert_eq!(low(odd), Some(Low::Refuse(300)));
    assert_eq!(TrustBounds::default().low(0), None);
}
