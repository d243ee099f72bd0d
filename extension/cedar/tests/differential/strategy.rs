//! Random policies and random requests: few names, so that they meet.
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use tollgate_cedar::{Entities, Entity, Record, Request, Uid, Value};

const NAMES: [&str; 8] = ["name", "number", "record", "inner", "owner", "set", "time", "address"];
const OPERATORS: [&str; 12] = ["==", "!=", "<", "<=", ">", ">=", "&&", "||", "+", "-", "*", "in"];
const TEXTS: [&str; 8] = ["", "a", "ab", "abc", "n", "x", "tag", "10.0.0.1"];

/// Every entity that a request may know.
pub(super) fn known() -> Vec<Uid> {
    let all = [("A", "x"), ("A", "group"), ("B", "y"), ("N::C", "z"), ("Action", "Invoke")];
    all.into_iter().map(|(kind, id)| Uid::new(kind, id)).collect()
}

fn uid() -> impl Strategy<Value = Uid> {
    let strangers = [Uid::new("Unknown", "u"), Uid::new("A", "nobody")];
    select(known().into_iter().chain(strangers).collect::<Vec<_>>())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![-3_i64..9, Just(i64::MAX), Just(i64::MIN)].prop_map(Value::Long),
        select(&TEXTS[..]).prop_map(Value::text),
        uid().prop_map(Value::Entity),
        (-20_000_i64..20_000).prop_map(Value::Decimal),
        any::<i64>().prop_map(Value::Datetime),
        any::<i64>().prop_map(Value::Duration),
        select(&["10.0.0.1", "10.0.0.0/8", "::1", "ff00::/8"][..])
            .prop_map(|text| Value::address(text).unwrap()),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::set),
            prop::collection::btree_map(select(&NAMES[..]), inner, 0..4).prop_map(Value::record),
        ]
    })
}

fn record() -> impl Strategy<Value = Record> {
    let members = prop::collection::btree_map(select(&NAMES[..]), value(), 0..6);
    members.prop_map(|all| all.into_iter().map(|(key, value)| (Arc::from(key), value)).collect())
}

pub(super) fn request() -> impl Strategy<Value = Request> {
    let names = known();
    let entity = (record(), record(), any::<bool>(), any::<bool>());
    let entities = prop::collection::vec(prop::option::of(entity), names.len());
    let roles =
        (uid(), select(vec![Uid::new("Action", "Invoke"), Uid::new("N::Action", "z")]), uid());
    (roles, record(), entities).prop_map(move |((principal, action, resource), context, all)| {
        let mut entities = Entities::default();
        for (name, entity) in names.iter().zip(all) {
            let Some((attributes, tags, in_group, in_y)) = entity else { continue };
            // Only these are above others, so that there is no circle.
            let is_plain = name.id() == "x" || name.id() == "z";
            let group = (in_group && is_plain).then(|| Uid::new("A", "group"));
            let other = (in_y && is_plain).then(|| Uid::new("B", "y"));
            // An action has neither attributes nor tags in a store without a schema.
            let is_action = name.kind() == "Action";
            let (attributes, tags) =
                if is_action { Default::default() } else { (attributes, tags) };
            let ancestors = group.into_iter().chain(other).collect();
            entities.insert(name.clone(), Entity { attributes, tags, ancestors });
        }
        Request { principal, action, resource, context: Arc::new(context), entities }
    })
}

/// The request of the tables of corners.
pub(super) fn fixed() -> Request {
    let record = |pairs: &[(&str, Value)]| -> Record {
        pairs.iter().map(|(key, value)| (Arc::from(*key), value.clone())).collect()
    };
    let (x, group, y) = (Uid::new("A", "x"), Uid::new("A", "group"), Uid::new("B", "y"));
    let person = Entity {
        attributes: record(&[("name", Value::text("n"))]),
        tags: record(&[("t", Value::text("tag"))]),
        ancestors: vec![group],
    };
    let thing =
        Entity { attributes: record(&[("owner", Value::Entity(x.clone()))]), ..Entity::default() };
    let inner = Value::record([("inner", Value::text("x"))]);
    Request {
        principal: x.clone(),
        action: Uid::new("Action", "Invoke"),
        resource: y.clone(),
        context: Arc::new(record(&[("number", Value::Long(7)), ("record", inner)])),
        entities: [(x, person), (y, thing)].into_iter().collect(),
    }
}

/// What is put into a text to break it; none for what is taken out.
pub(super) fn scrap() -> impl Strategy<Value = Option<String>> {
    static SCRAPS: &[&str] = &[
        "( ",
        ") ",
        "[ ",
        "] ",
        "{ ",
        "} ",
        ", ",
        "; ",
        ". ",
        ":: ",
        "== ",
        "= ",
        "&& ",
        "! ",
        "- ",
        "* ",
        "in ",
        "is ",
        "has ",
        "like ",
        "if ",
        "then ",
        "else ",
        "true ",
        "principal ",
        "when ",
        "A ",
        "\" ",
        "1 ",
        "@id(\"q\") ",
        "// ",
        "\n",
        "% ",
        "A::\"x\" ",
        "name ",
        "__cedar ",
    ];
    prop::option::weighted(0.6, select(SCRAPS).prop_map(str::to_owned))
}

/// One to four policies.
pub(super) fn policies() -> impl Strategy<Value = String> {
    prop::collection::vec(policy(), 1..4).prop_map(|all| all.join(" \n"))
}

fn policy() -> impl Strategy<Value = String> {
    let effect = select(&["permit", "forbid"][..]);
    let action = select(
        &[
            "action",
            "action == Action::\"Invoke\"",
            "action in Action::\"Invoke\"",
            "action in [ Action::\"Invoke\" , N::Action::\"z\" ]",
        ][..],
    );
    let condition = (select(&["when", "unless"][..]), expression());
    let conditions = prop::collection::vec(condition, 0..3);
    let head = (effect, scope("principal"), action, scope("resource"));
    (head, conditions).prop_map(|((effect, principal, action, resource), conditions)| {
        let conditions: String = conditions
            .into_iter()
            .flat_map(|(word, condition)| [" ", word, " { ", &condition, " }"].map(str::to_owned))
            .collect();
        format!("{effect} ( {principal} , {action} , {resource} ){conditions} ;")
    })
}

fn scope(variable: &'static str) -> impl Strategy<Value = String> {
    let uid = || uid().prop_map(|uid| format!("{uid:?}"));
    prop_oneof![
        4 => Just(variable.to_owned()),
        1 => uid().prop_map(move |uid| format!("{variable} == {uid}")),
        1 => uid().prop_map(move |uid| format!("{variable} in {uid}")),
        1 => Just(format!("{variable} is A")),
        1 => uid().prop_map(move |uid| format!("{variable} is N::C in {uid}")),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            4 => (two.clone(), select(&OPERATORS[..])).prop_map(|((a, b), op)| format!("( {a} {op} {b} )")),
            2 => (inner.clone(), inner.clone(), inner.clone(), select(&["&&", "||", "+"][..]))
                .prop_map(|(a, b, c, op)| format!("( {a} {op} {b} {op} {c} )")),
            1 => inner.clone().prop_map(|a| format!("! {a}")),
            1 => inner.clone().prop_map(|a| format!("- {a}")),
            1 => (inner.clone(), two.clone())
                .prop_map(|(a, (b, c))| format!("( if {a} then {b} else {c} )")),
            2 => (inner.clone(), select(&NAMES[..])).prop_map(|(a, name)| format!("{a} .{name}")),
            2 => (inner.clone(), select(&NAMES[..])).prop_map(|(a, name)| format!("( {a} has {name} )")),
            1 => (inner.clone(), select(&NAMES[..]), select(&NAMES[..]))
                .prop_map(|(a, one, two)| format!("( {a} has {one} . {two} )")),
            1 => (inner.clone(), select(&["*", "a*", "*b", "a*c", "", "\\*"][..]))
                .prop_map(|(a, pattern)| format!("( {a} like \"{pattern}\" )")),
            1 => (inner.clone(), select(&["A", "B", "N::C"][..])).prop_map(|(a, kind)| format!("( {a} is {kind} )")),
            1 => (two.clone(), select(&["contains", "containsAll", "containsAny", "getTag", "hasTag"][..]))
                .prop_map(|((a, b), method)| format!("{a} . {method} ( {b} )")),
            1 => (two, select(&["isInRange", "lessThan", "offset", "durationSince", "greaterThanOrEqual"][..]))
                .prop_map(|((a, b), method)| format!("{a} . {method} ( {b} )")),
            1 => (inner.clone(), select(&["isEmpty", "isIpv4", "isLoopback", "toDate", "toTime", "toHours"][..]))
                .prop_map(|(a, method)| format!("{a} . {method} ( )")),
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(|all| format!("[ {} ]", all.join(" , "))),
            1 => prop::collection::btree_map(select(&NAMES[..]), inner, 0..3).prop_map(|all| {
                let members: Vec<_> = all.iter().map(|(key, value)| format!("{key} : {value}")).collect();
                format!("{{ {} }}", members.join(" , "))
            }),
        ]
    })
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["principal", "action", "resource", "context", "true", "false"][..])
            .prop_map(str::to_owned),
        select(&["0", "1", "7", "-2", "9223372036854775807"][..]).prop_map(str::to_owned),
        select(&TEXTS[..]).prop_map(|text| format!("\"{text}\"")),
        uid().prop_map(|uid| format!("{uid:?}")),
        select(&NAMES[..]).prop_map(|name| format!("context.{name}")),
        select(&NAMES[..]).prop_map(|name| format!("principal[\"{name}\"]")),
        select(
            &[
                "decimal(\"0.5\")",
                "ip(\"10.0.0.0/8\")",
                "datetime(\"2024-01-01\")",
                "duration(\"1h\")"
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}
