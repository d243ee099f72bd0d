//! How a budget stands, as text and as JSON.
use serde_json::{Value, json};
use tollgate_budget::store::Standing;
use tollgate_budget::{Amount, Plan, Span, Store};

use crate::command::operate::span;

/// What the tables say of one budget.
pub(super) struct Shown<'a> {
    pub(super) plan: &'a Plan,
    /// The limit that an order gives instead of the policy's.
    pub(super) ordered: Option<Amount>,
    pub(super) count: Count,
    pub(super) now_ms: u64,
}

/// Where its count is.
pub(super) enum Count {
    /// In each environment for itself: no table knows it.
    Apart,
    /// For each caller.
    Callers,
    /// For each caller: how many are over, and what one of them used.
    Told { owner: String, span: Span, used: Option<(String, Amount)>, over: usize },
    /// In rows of the table.
    Shared { owner: String, span: Span, standing: Standing },
}

impl Shown<'_> {
    fn limit(&self) -> Amount {
        self.ordered.unwrap_or(self.plan.limit)
    }

    /// `day in Europe/Berlin`, `10m`.
    fn window(&self) -> String {
        let window = self.plan.window;
        window.zone().map_or_else(|| window.to_string(), |zone| format!("{window} in {zone}"))
    }

    /// `wallet: 12.5 of 25 usd left per day in UTC; function/orders; 12.5 lent to 3 environments; afresh in 5h 2m`
    pub(super) fn line(&self) -> String {
        let Plan { name, unit, limit: written, .. } = self.plan;
        let window = self.window();
        let show = |amount| unit.show(amount);
        let limit = self.limit();
        let by_order = match self.ordered {
            Some(_) => format!(" (by order; {} in the policy)", show(*written)),
            None => String::new(),
        };
        match &self.count {
            Count::Apart => format!(
                "{name}: {} {unit} per {window}{by_order}; counted in each environment for itself",
                show(limit)
            ),
            Count::Callers => format!(
                "{name}: {} {unit} per {window}{by_order}; counted for each caller",
                show(limit)
            ),
            Count::Told { owner, span: in_window, used, over } => {
                let left = match used {
                    Some((caller, used)) => {
                        let left = show(limit.less(*used));
                        format!("{left} of {} {unit} left to {caller}", show(limit))
                    }
                    None => format!("{} {unit} to each caller", show(limit)),
                };
                let end = span(in_window.end_ms.saturating_sub(self.now_ms));
                format!(
                    "{name}: {left} per {window}{by_order}; {owner}; callers over it: {over}; afresh \
                     in {end}"
                )
            }
            Count::Shared { owner, span: in_window, standing } => format!(
                "{name}: {} of {} {unit} left per {window}{by_order}; {owner}; {} lent to {} \
                 environments; afresh in {}",
                show(limit.less(standing.granted)),
                show(limit),
                show(standing.granted),
                standing.environments,
                span(in_window.end_ms.saturating_sub(self.now_ms)),
            ),
        }
    }

    /// Amounts are decimal digits of base units, of which `base` make one of the unit.
    pub(super) fn object(&self) -> Value {
        let Plan { name, unit, window, limit: written, scope, store, .. } = self.plan;
        let store = if matches!(store, Store::Memory) { "memory" } else { "dynamodb" };
        let mut object = json!({
            "name": name,
            "unit": unit,
            "base": unit.base().to_string(),
            "per": window.to_string(),
            "scope": scope.as_str(),
            "store": store,
            "limit": self.limit(),
            "policyLimit": written,
        });
        let Some(fields) = object.as_object_mut() else { return object };
        if let Count::Shared { owner, span, .. } | Count::Told { owner, span, .. } = &self.count {
            let window = json!({ "startMs": span.start_ms, "endMs": span.end_ms });
            fields.insert("owner".to_owned(), json!(owner));
            fields.insert("window".to_owned(), window);
            if let Some(zone) = self.plan.window.zone() {
                fields.insert("timeZone".to_owned(), json!(zone.to_string()));
            }
        }
        match &self.count {
            Count::Shared { standing, .. } => {
                let Standing { granted, environments } = standing;
                fields.insert("granted".to_owned(), json!(granted));
                fields.insert("left".to_owned(), json!(self.limit().less(*granted)));
                fields.insert("environments".to_owned(), json!(environments));
            }
            Count::Told { used, over, .. } => {
                fields.insert("callersOver".to_owned(), json!(over));
                if let Some((caller, used)) = used {
                    fields.insert("caller".to_owned(), json!(caller));
                    fields.insert("used".to_owned(), json!(used));
                    fields.insert("left".to_owned(), json!(self.limit().less(*used)));
                }
            }
            Count::Apart | Count::Callers => {}
        }
        object
    }
}
