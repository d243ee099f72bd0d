//! The intrinsic functions of CloudFormation, in their long form.

/// What stands after `Fn::` or `!`
/// (AWS CloudFormation Template Reference Guide, "Intrinsic function reference").
const KNOWN: [&str; 25] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "GetStackOutput",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
];

/// The key of the long form of the tag `!name`.
pub(crate) fn long_form(name: &str) -> Result<String, String> {
    match name {
        "Ref" | "Condition" => Ok(name.to_owned()),
        _ if KNOWN.contains(&name) => Ok(format!("Fn::{name}")),
        _ => {
            let known = KNOWN.into_iter().chain(["Ref", "Condition"]);
            Err(unknown(&format!("!{name}"), "!", tollgate_schema::nearest(name, known)))
        }
    }
}

/// Complains about a key of the form `Fn::Name` that CloudFormation does not know.
pub(crate) fn complaint(key: &str) -> Option<String> {
    let name = key.strip_prefix("Fn::")?;
    // `Fn::ForEach::Name` names its loop.
    let name = name.split("::").next().unwrap_or(name);
    let is_known = KNOWN.contains(&name) || name == "ValueOfAll";
    (!is_known).then(|| unknown(key, "Fn::", tollgate_schema::nearest(name, KNOWN)))
}

/// Whether a mapping of this one key stands for a value that is known at deployment.
pub(crate) fn is_one(key: &str) -> bool {
    key == "Ref" || key == "Condition" || key.starts_with("Fn::")
}

fn unknown(written: &str, prefix: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("unknown intrinsic `{written}`; did you mean `{prefix}{name}`?"),
        None => format!("unknown intrinsic `{written}`; expected one such as `{prefix}Sub`"),
    }
}
