//! What a profile learns, what it forgets, and that it never grows.
use super::tally::Tally;
use super::*;

fn sighting(caller: u64, features: &[u64], bytes: u64, at_ms: u64) -> Sighting {
    Sighting { source: 1, caller, features: features.to_vec(), bytes, at_ms }
}

fn teach(profile: &mut Profile, sighting: &Sighting, times: u32) {
    for _ in 0..times {
        profile.settle(&Lesson(sighting.clone()), Ended::Success);
    }
}

#[test]
fn what_was_answered_with_success_is_usual() {
    let mut profile = Profile::default();
    let usual = sighting(2, &[10, 11], 1000, 1_000_000);
    let fresh = profile.look(&usual);
    assert_eq!((fresh.mature, fresh.features_new, fresh.source_seen), (false, 2, 0));
    teach(&mut profile, &usual, MATURE);
    let known = profile.look(&usual);
    assert_eq!((known.mature, known.features_new, known.size_beyond), (true, 0, 0));
    assert_eq!((known.source_seen, known.caller_passed), (MATURE, MATURE));
    let odd = profile.look(&sighting(3, &[10, 12, 13], 9000, 1_000_000));
    assert_eq!((odd.features_new, odd.size_beyond, odd.caller_passed), (2, 4, 0));
}

#[test]
fn refusals_and_errors_teach_nothing_but_who_sent_them() {
    let mut profile = Profile::default();
    let event = sighting(2, &[10], 1000, 1_000_000);
    profile.refused(&event);
    profile.refused(&event);
    profile.settle(&Lesson(event.clone()), Ended::Error);
    profile.settle(&Lesson(event.clone()), Ended::Lost);
    let look = profile.look(&event);
    assert_eq!((look.caller_refused, look.caller_errors, look.caller_passed), (2, 1, 0));
    assert_eq!((look.features_new, look.source_seen), (1, 0));
}

#[test]
fn the_past_fades() {
    let mut profile = Profile::default();
    let event = sighting(2, &[], 1, 1);
    (0..400).for_each(|_| profile.refused(&event));
    teach(&mut profile, &event, 2000);
    let look = profile.look(&event);
    assert!(look.caller_refused * 20 < look.caller_passed, "{look:?}");
}

#[test]
fn an_hour_is_odd_only_after_days() {
    let mut profile = Profile::default();
    let at = |day: u64, hour: u64| sighting(2, &[], 1, 1 + day * 86_400_000 + hour * 3_600_000);
    teach(&mut profile, &at(0, 9), 1);
    assert!(!profile.look(&at(2, 3)).odd_hour);
    teach(&mut profile, &at(3, 9), 1);
    assert!(profile.look(&at(4, 3)).odd_hour);
    assert!(!profile.look(&at(4, 9)).odd_hour);
}

#[test]
fn who_comes_faster_than_before_is_in_haste() {
    let mut profile = Profile::default();
    let mut now = 1_000_000;
    for _ in 0..40 {
        now += 1000;
        assert!(profile.look(&sighting(2, &[], 1, now)).caller_haste <= 1);
    }
    let haste = (0..12).map(|i| profile.look(&sighting(2, &[], 1, now + i * 10)).caller_haste);
    assert!(haste.max() > Some(8));
}

#[test]
fn a_flood_of_strangers_does_not_push_out_who_is_known() {
    let mut profile = Profile::default();
    teach(&mut profile, &sighting(name_of(&["known"]), &[], 1, 1), 50);
    for stranger in 0..100_000_u32 {
        let stranger = sighting(name_of(&[&stranger.to_string()]), &[], 1, 1);
        profile.look(&stranger);
        profile.refused(&stranger);
    }
    assert_eq!(profile.look(&sighting(name_of(&["known"]), &[], 1, 1)).caller_passed, 50);
}

#[test]
fn memory_is_what_the_docs_say() {
    let tables = size_of::<Learned>()
        + Tally::<64, u32>::BYTES
        + Tally::<256, History>::BYTES
        + Tally::<1024, ()>::BYTES;
    assert!((20_000..32_768).contains(&tables), "{tables}");
}
