//! What `tollgate check` says of the prices that budgets of money are counted by.
use std::path::Path;

use tollgate_budget::{Basis, Unit};
use tollgate_policy::{Policy, Problem};

/// A note where no table has the Region, or does not have all of it, and the policy counts money.
pub(super) fn note(policy: &Policy, region: Option<&str>, path: &Path) -> Option<Problem> {
    let spending = policy.spending();
    let budget = spending.budgets.iter().find(|plan| plan.unit == Unit::Usd)?;
    let prices = &spending.prices;
    let region = region?;
    let message = match Basis::of(region) {
        Basis::Dearest
            if region.starts_with("cn-")
                && (prices.gb_second.is_none() || prices.request.is_none()) =>
        {
            format!(
                "`{region}` bills in yuan: the dearest prices of all known Regions are counted, in \
                 dollars; for a budget in yuan write its limit, `prices.gb_second` and \
                 `prices.request` in yuan"
            )
        }
        Basis::Dearest if prices.gb_second.is_none() || prices.request.is_none() => format!(
            "no prices of `{region}` are known: the dearest of all known Regions are counted, so \
             that the budget ends early rather than late; set `prices.gb_second` and `prices.request`"
        ),
        Basis::Regional
            if prices.tier.is_some_and(|tier| tier > 1) && prices.gb_second.is_none() =>
        {
            format!(
                "tiers of `{region}` are not known: the price of tier 1 is counted; set \
                 `prices.gb_second`"
            )
        }
        _ => return None,
    };
    Some(Problem {
        file: path.display().to_string(),
        line: 1,
        column: 1,
        key: format!("budgets.{}", budget.name),
        message,
    })
}
