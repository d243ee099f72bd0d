//! What the detectors say to a text, counted by family, half, technique and encoding.
use crate::case::{Case, Surface};
use crate::encoding::Encoding;
use crate::half::Half;
use crate::stats::Count;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tollgate_detect::{
    Confidence, Families, Family, Role, SCAN_WORK, Work, inspect_form, inspect_json, inspect_text,
};

/// The families that fire on a text, as the gate counts: what is of low confidence is noted there
/// and decides nothing.
pub fn fires(case: &Case) -> Families {
    let mut fired = Families::NONE;
    let mut found = |finding: tollgate_detect::Finding| {
        if finding.confidence > Confidence::Low {
            fired.insert(finding.family);
        }
    };
    let mut work = Work::new(SCAN_WORK);
    let all = Families::ALL;
    let done = match case.surface {
        Surface::Text => inspect_text(&case.bytes, case.role, all, &mut work, &mut found),
        Surface::Form => inspect_form(&case.bytes, all, &mut work, &mut found),
        Surface::Json => inspect_json(&case.bytes, all, &mut work, &mut found),
        // The service's base64 is undone before; what is in it is looked at for what it is.
        Surface::Bytes => match serde_json::from_slice::<serde::de::IgnoredAny>(&case.bytes) {
            Ok(_) => inspect_json(&case.bytes, all, &mut work, &mut found),
            Err(_) => inspect_text(&case.bytes, Role::Value, all, &mut work, &mut found),
        },
    };
    // Texts here are far below what the steps allow; one that is not counts as fired by none.
    if done.is_err() { Families::NONE } else { fired }
}

/// All counts.
#[derive(Default)]
pub struct Figures {
    /// Found of hostile texts, by family and half.
    pub recall: BTreeMap<(&'static str, Half), Count>,
    /// Fired on benign texts, by family and half.
    pub fired: BTreeMap<(&'static str, Half), Count>,
    /// Benign texts on which any family fired.
    pub fired_any: BTreeMap<Half, Count>,
    /// Found, by family, half and technique.
    pub techniques: BTreeMap<(&'static str, Half, String), Count>,
    /// Found, by encoding and half.
    pub encodings: BTreeMap<(Encoding, Half), Count>,
    /// Benign texts, by half and kind, that any family fired on.
    pub kinds: BTreeMap<(Half, String), Count>,
}

impl Figures {
    /// Counts one text and what fired on it.
    pub fn add(&mut self, case: &Case, fired: Families) {
        let half = case.half;
        let Some(family) = case.family else {
            for family in Family::ALL {
                let count = self.fired.entry((family.name(), half)).or_default();
                count.add(fired.contains(family));
            }
            self.fired_any.entry(half).or_default().add(!fired.is_empty());
            let kind = (half, case.technique.clone());
            self.kinds.entry(kind).or_default().add(!fired.is_empty());
            return;
        };
        let hit = found(case, fired);
        self.recall.entry((family, half)).or_default().add(hit);
        let technique = (family, half, case.technique.clone());
        self.techniques.entry(technique).or_default().add(hit);
        self.encodings.entry((case.encoding, half)).or_default().add(hit);
    }

    /// The document that `target/bench/detection.json` holds.
    pub fn json(&self, seed: u64) -> Value {
        let mut families = Map::new();
        for family in Family::ALL.map(Family::name) {
            let mut halves = Map::new();
            for half in Half::ALL {
                let of = |counts: &BTreeMap<(&'static str, Half), Count>| {
                    counts.get(&(family, half)).copied().unwrap_or_default()
                };
                let techniques =
                    self.techniques.iter().filter(|((f, h, _), _)| (*f, *h) == (family, half));
                let techniques: Map<_, _> = techniques
                    .map(|((_, _, name), count)| (name.clone(), json!([count.hits, count.total])))
                    .collect();
                halves.insert(
                    half.name().to_owned(),
                    json!({
                        "recall": share(of(&self.recall)),
                        "false_positives": share(of(&self.fired)),
                        "techniques": techniques,
                    }),
                );
            }
            families.insert(family.to_owned(), Value::Object(halves));
        }
        let by_half = |counts: &BTreeMap<Half, Count>| -> Map<String, Value> {
            counts.iter().map(|(half, count)| (half.name().to_owned(), share(*count))).collect()
        };
        let mut encodings: Map<String, Value> = Map::new();
        for ((encoding, half), count) in &self.encodings {
            let entry = encodings.entry(encoding.name()).or_insert_with(|| json!({}));
            if let Some(entry) = entry.as_object_mut() {
                entry.insert(half.name().to_owned(), share(*count));
            }
        }
        json!({
            "seed": seed,
            "interval": "Wilson, 95 %",
            "families": families,
            "benign_any_family": by_half(&self.fired_any),
            "encodings": encodings,
        })
    }
}

/// Whether the family that a text attacks is among those that fired, or one that owns the
/// technique as well.
pub fn found(case: &Case, fired: Families) -> bool {
    let mut owners = case.family.into_iter().chain(case.also.iter().map(String::as_str));
    owners.any(|owner| fired.iter().any(|family| family.name() == owner))
}

fn share(count: Count) -> Value {
    let (low, high) = count.interval();
    let round = |share: f64| (share * 1e6).round() / 1e6;
    json!({
        "hits": count.hits,
        "total": count.total,
        "rate": round(count.rate()),
        "low": round(low),
        "high": round(high),
    })
}
