//! What the role in a template lets a function do, against what the features of its policy need.
use tollgate_budget::Store;
use tollgate_policy::{Policy, Quarantine, Sink};
use tollgate_proof::keyring::Origin;
use tollgate_template::{Function, Node};

use super::Health;

/// A feature of a policy, and the actions that its role must be allowed. The table in
/// `extension/docs/attach.md` says the same with endpoints.
struct Need {
    feature: &'static str,
    actions: &'static [&'static str],
}

/// What every function needs so that its log, and the ledger in it, is kept.
const LOG: Need = Need {
    feature: "its log, where the ledger is",
    actions: &["logs:CreateLogStream", "logs:PutLogEvents"],
};

/// Compares, where the template has the role.
pub(super) fn examine(function: &Function<'_>, policy: Option<&Policy>, health: &mut Health) {
    let needs = needs(policy);
    let unknown = outside(function);
    let allowed: Vec<&Node> = function
        .statements()
        .into_iter()
        .filter(|statement| statement.get("Effect").is_none_or(|it| it.text() == Some("Allow")))
        .filter_map(|statement| statement.get("Action"))
        .flat_map(|actions| actions.one_or_more())
        .collect();
    for Need { feature, actions } in needs {
        let missing: Vec<&str> = actions
            .iter()
            .copied()
            .filter(|action| {
                !allowed.iter().any(|it| it.text().is_some_and(|it| covers(it, action)))
            })
            .collect();
        if missing.is_empty() {
            continue;
        }
        let missing = missing.join("`, `");
        match unknown {
            None => health
                .gaps
                .push(format!("its role is not allowed `{missing}`, which {feature} needs")),
            // Lambda's own log is in the policies of AWS that nearly every role has.
            Some(_) if feature == LOG.feature => {}
            Some(why) => health.notes.push(format!(
                "{feature} needs `{missing}`, and {why}: look there whether the role is allowed it"
            )),
        }
    }
}

/// Where the template does not tell all that the role is allowed.
fn outside(function: &Function<'_>) -> Option<&'static str> {
    let Some(role) = function.get(&["Role"]) else {
        let plain = function.get(&["Policies"]).is_none_or(|policies| {
            policies.elements().iter().all(|one| one.get("Statement").is_some())
        });
        // SAM gives a role of its own what a log needs.
        return Some(if plain {
            "SAM makes its role"
        } else {
            "its policies are named, not written"
        });
    };
    let own = role.refers_to().and_then(|id| function.template.resource(id));
    match own {
        None => Some("its role is not in this template"),
        Some(role) if role.property(&["ManagedPolicyArns"]).is_some() => {
            Some("its role has managed policies")
        }
        Some(_) => None,
    }
}

/// `dynamodb:Get*` covers `dynamodb:GetItem`; IAM does not look at case.
fn covers(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| action.strip_prefix(first)) else {
        return false;
    };
    let mut open = false;
    for part in parts {
        open = true;
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty() || (open && pattern.ends_with('*'))
}

fn needs(policy: Option<&Policy>) -> Vec<Need> {
    let mut needs = vec![LOG];
    let Some(policy) = policy else { return needs };
    let mut need = |when: bool, feature, actions| {
        if when {
            needs.push(Need { feature, actions });
        }
    };
    let ledger = policy.ledger();
    let cloudwatch = ledger.sinks.iter().any(|sink| matches!(sink, Sink::CloudWatch(_)));
    need(cloudwatch, "the sink `cloudwatch`", LOG.actions);
    need(ledger.kms_key.is_some(), "`ledger.kms_key`", &["kms:Sign", "kms:GetPublicKey"]);
    let spending = policy.spending();
    let shared = spending.budgets.iter().any(|plan| matches!(plan.store, Store::Shared(_)));
    need(shared, "`store: dynamodb`", &["dynamodb:UpdateItem", "dynamodb:GetItem"]);
    need(policy.claims(), "`replay: fleet`", &["dynamodb:PutItem", "dynamodb:UpdateItem"]);
    need(spending.tables.orders.is_some(), "`tables.orders`", &["dynamodb:GetItem"]);
    let origins = || policy.needs().iter().map(|it| &it.need.origin);
    let secret = origins().any(|origin| matches!(origin, Origin::Secret(_)));
    need(secret, "a key in Secrets Manager", &["secretsmanager:GetSecretValue"]);
    let parameter = origins().any(|origin| matches!(origin, Origin::Parameter(_)));
    need(parameter, "a key in Parameter Store", &["ssm:GetParameter"]);
    let queue = matches!(policy.quarantine(), Some(Quarantine::Queue { .. }));
    need(queue, "the queue of `quarantine`", &["sqs:SendMessage"]);
    let bucket = matches!(policy.quarantine(), Some(Quarantine::Bucket(_)))
        || policy.quarantine_large().is_some();
    need(bucket, "the bucket of `quarantine`", &["s3:PutObject"]);
    needs
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_pattern_of_actions_covers_as_iam_reads_it() {
        for pattern in ["dynamodb:GetItem", "dynamodb:get*", "*", "dynamodb:*", "dynamodb:*Item"] {
            assert!(covers(pattern, "dynamodb:GetItem"), "{pattern}");
        }
        for pattern in ["dynamodb:Get", "s3:*", "dynamodb:*Items", "GetItem", "", "dynamodb:Put*"] {
            assert!(!covers(pattern, "dynamodb:GetItem"), "{pattern}");
        }
    }
}
