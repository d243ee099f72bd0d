//! The tables on a service that speaks `DynamoDB`'s language, behind a network that is unkind.
use super::*;
use crate::aws;
use crate::trial::Stand;
use crate::trial::network::{Fault, Network};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use std::sync::Arc;
use std::sync::Mutex;
use tollgate_budget::store::{CallerUse, Callers, Lease, Orders, Return};
use tollgate_budget::{Amount, CallerId, Does, LeaseId, Order, Span, Unit, Whom};
use tollgate_link::budget::{Anchor, MarkSeen, MarkStep};

const TABLE: &str = "tollgate-budgets";

async fn table(url: &str) -> Client {
    let client = Client::new(&aws::at(url));
    let key = AttributeDefinition::builder()
        .attribute_name(row::KEY)
        .attribute_type(ScalarAttributeType::S)
        .build();
    let schema =
        KeySchemaElement::builder().attribute_name(row::KEY).key_type(KeyType::Hash).build();
    let made = client
        .create_table()
        .table_name(TABLE)
        .attribute_definitions(key.unwrap())
        .key_schema(schema.unwrap())
        .billing_mode(BillingMode::PayPerRequest);
    made.send().await.unwrap();
    client
}

fn row() -> Row {
    Row {
        owner: "function/example".to_owned(),
        budget: "wallet".to_owned(),
        span: Span { start_ms: 86_400_000, end_ms: 172_800_000 },
        shard: 0,
    }
}

/// Names in tests are spread like random ones, and the same in each run.
fn id(number: u64) -> LeaseId {
    let high = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    LeaseId(u128::from(high) << 64 | u128::from(high.rotate_left(29)))
}

fn lease(number: u64, amount: u128, limit: u128) -> Request {
    Request::Lease(Lease {
        id: id(number),
        row: row(),
        unit: Unit::Usd,
        amount: Amount(amount),
        limit: Amount(limit),
        newcomer: number.is_multiple_of(3),
    })
}

fn rest(number: u64, amount: u128) -> Request {
    let own = id(number ^ 0xffff_0000_0000);
    Request::Return(Return { id: own, lease: id(number), row: row(), amount: Amount(amount) })
}

async fn say(client: &Client, request: Request) -> Said {
    asked(client, request, None).await.said
}

async fn asked(client: &Client, request: Request, anchor: Option<Anchor>) -> Reply {
    let ask = AskStore { table: TABLE.to_owned(), region: None, anchor, request };
    super::ask(client.clone(), ask).await
}

async fn standing(client: &Client) -> Standing {
    row::standing(&Table::new(client.clone(), TABLE).read(&row().key()).await.unwrap())
}

async fn leases_are_granted_up_to_the_limit_and_returned_once(stand: Stand) {
    let client = table(&stand.url).await;
    let granted = |granted, environments| Standing { granted: Amount(granted), environments };
    let reply = asked(&client, lease(0, 60, 100), None).await;
    assert_eq!(reply.said, Said::Granted(granted(60, 1)));
    assert!(reply.server_ms.unwrap() > 1_700_000_000_000);
    assert_eq!(say(&client, lease(1, 41, 100)).await, Said::Refused(granted(60, 1)));
    assert_eq!(say(&client, lease(2, 40, 100)).await, Said::Granted(granted(100, 1)));
    assert_eq!(say(&client, rest(0, 25)).await, Said::Returned);
    assert_eq!(say(&client, rest(0, 25)).await, Said::NotReturned);
    assert_eq!(standing(&client).await.granted, Amount(75));
    assert_eq!(say(&client, rest(2, 76)).await, Said::NotReturned, "more than is granted");
    // The limit is another one now, by an order.
    assert_eq!(say(&client, lease(3, 10, 80)).await, Said::Refused(granted(75, 1)));
    let most = 10_u128.pow(38) - 1;
    assert_eq!(say(&client, lease(4, most - 75, most)).await, Said::Granted(granted(most, 1)));
    let over = lease(5, u128::MAX, u128::MAX);
    assert_eq!(say(&client, over).await, Said::Failed(Unknown::Rejected));
    let gone = AskStore {
        table: "nowhere".to_owned(),
        region: None,
        anchor: None,
        request: lease(6, 1, 10),
    };
    let reply = super::ask(client, gone).await;
    assert_eq!(reply.said, Said::Failed(Unknown::Rejected));
}

async fn heads_are_anchored_forward_only(stand: Stand) {
    let client = table(&stand.url).await;
    let anchor = |chain: &str, seq| {
        let chain = chain.to_owned();
        Some(Anchor { chain, seq, head: [u8::try_from(seq).unwrap(); 32] })
    };
    for (number, chain, seq, good) in
        [(0, "a", 5, true), (1, "a", 4, false), (2, "a", 5, true), (3, "b", 1, true)]
    {
        let said = asked(&client, lease(number, 1, 100), anchor(chain, seq)).await.said;
        assert_eq!(matches!(said, Said::Granted(_)), good, "{number}: {said:?}");
    }
    let item = Table::new(client, TABLE).read(&row().key()).await.unwrap();
    let [chain, seq, head] = row::ANCHOR;
    assert_eq!(item[chain].as_s().unwrap(), "b");
    assert_eq!(item[seq].as_n().unwrap(), "1");
    assert_eq!(item[head].as_b().unwrap().as_ref(), [1; 32]);
    assert_eq!(item[row::EXPIRES].as_n().unwrap(), "259200");
}

async fn callers_add_up_over_the_fleet_and_who_is_over_is_told_to_all(stand: Stand) {
    let client = table(&stand.url).await;
    let report = |number, used: &[(u64, u128)]| {
        let used = used.iter().map(|(caller, amount)| CallerUse {
            caller: CallerId(*caller),
            amount: Amount(*amount),
        });
        Request::Callers(Callers {
            id: id(number),
            row: row(),
            limit: Amount(50),
            used: used.collect(),
        })
    };
    let said = async |request| {
        let said = say(&client, request).await;
        let Said::Callers(standing) = said else { panic!("{said:?}") };
        standing
    };
    let first = said(report(1, &[(7, 30), (8, 10)])).await;
    assert_eq!(first.used.iter().map(|it| it.amount.0).collect::<Vec<_>>(), [30, 10]);
    assert_eq!(first.over, []);
    let again = said(report(1, &[(7, 30), (8, 10)])).await;
    assert_eq!(again.used, first.used, "the same report twice counts once");
    let second = said(report(2, &[(7, 20)])).await;
    assert_eq!((second.used[0].amount, &second.over[..]), (Amount(50), &[CallerId(7)][..]));
    assert_eq!(said(report(3, &[(9, 1)])).await.over, [CallerId(7)], "whoever asks");
    // What an operator is shown.
    let table = Table::new(client, TABLE);
    for (caller, used) in [(Some(7), 50), (Some(8), 10), (Some(1), 0), (None, 0)] {
        let told = sums(&table, &row(), caller.map(CallerId)).await.unwrap();
        assert_eq!(told, (Amount(used), 1), "{caller:?}");
    }
}

async fn orders_are_given_read_and_taken_back(stand: Stand) {
    let client = table(&stand.url).await;
    let orders = Table::new(client.clone(), TABLE);
    let key = "orders#function/example";
    let order = |id: &str, caller: &str| Order {
        id: id.to_owned(),
        does: Does::Deny(Whom::Caller(caller.to_owned())),
        reason: "an example".to_owned(),
        until_ms: None,
    };
    let ask = || Request::Orders(Orders { id: id(1), key: key.to_owned() });
    assert_eq!(say(&client, ask()).await, Said::Orders(Vec::new()));
    for (order, at_ms) in [(order("b", "tenant=1"), 1), (order("a", "tenant=2"), 2)] {
        let given = orders::Given { order, at_ms, by: "example".to_owned() };
        orders::give(&orders, key, &given).await.unwrap();
    }
    let both = vec![order("b", "tenant=1"), order("a", "tenant=2")];
    assert_eq!(say(&client, ask()).await, Said::Orders(both.clone()));
    assert!(orders::take_back(&orders, key, "b").await.unwrap());
    assert!(!orders::take_back(&orders, key, "b").await.unwrap());
    assert_eq!(say(&client, ask()).await, Said::Orders(both[1..].to_vec()));
    let broken = orders.update(key).update_expression("SET #o = :o");
    let broken = broken.expression_attribute_names("#o", "order#c");
    broken.expression_attribute_values(":o", row::text("deny")).send().await.unwrap();
    assert_eq!(say(&client, ask()).await, Said::Failed(Unknown::Rejected));
}

async fn an_id_is_first_once_until_it_expires(stand: Stand) {
    let client = table(&stand.url).await;
    let orders = Table::new(client, TABLE);
    let ask = |now_s, by: &str, step| MarkSeen {
        table: TABLE.to_owned(),
        region: None,
        key: "seen#function/example#0123".to_owned(),
        now_s,
        expires_s: now_s + 300,
        by: by.to_owned(),
        step,
    };
    for (now_s, by, step, done) in [
        (1000, "a", MarkStep::Claim, true),
        (1001, "b", MarkStep::Claim, false),
        (1002, "a", MarkStep::Claim, true),
        (1003, "b", MarkStep::Free, false),
        (1003, "a", MarkStep::Free, true),
        (1004, "b", MarkStep::Claim, true),
        (1005, "a", MarkStep::Keep, false),
        (1305, "c", MarkStep::Claim, true),
        (1306, "c", MarkStep::Keep, true),
        (1307, "c", MarkStep::Claim, false),
        (1307, "c", MarkStep::Free, false),
        (1606, "d", MarkStep::Claim, false),
        (1607, "d", MarkStep::Claim, true),
    ] {
        let marked = mark(&orders, &ask(now_s, by, step)).await.unwrap();
        assert_eq!(marked.first, done, "{now_s} {by} {step:?}");
    }
}

/// What a fleet may spend: a third of what it asks for.
const LIMIT: u128 = 140_000;

/// What the environments of a fleet hold and what they cannot know, in one place.
#[derive(Default)]
struct Fleet {
    held: u128,
    unknown: u128,
    unknown_back: u128,
    granted_most: u128,
}

impl Fleet {
    /// What is granted is what is held; but for what nobody can know, because an answer was lost
    /// on the way or came too late on a busy machine: that may be granted and is not held.
    fn assert_sound(&self, granted: u128) {
        assert!(self.granted_most <= LIMIT && granted <= LIMIT, "{granted}");
        assert!(granted >= self.held, "more is held than granted: {} > {granted}", self.held);
        let most = self.held + self.unknown + self.unknown_back;
        assert!(granted <= most, "granted twice: {granted} > {most}");
    }

    fn note(&mut self, said: &Said) {
        if let Said::Granted(standing) | Said::Refused(standing) = said {
            self.granted_most = self.granted_most.max(standing.granted.0);
        }
    }
}

/// One environment: takes leases, and gives half of each back, twice.
async fn live(client: Client, number: u64, fleet: Arc<Mutex<Fleet>>) {
    for turn in 0..2 {
        let number = number * 2 + turn;
        let amount = 900 + u128::from(number % 7) * 50;
        let said = say(&client, lease(number, amount, LIMIT)).await;
        {
            let mut fleet = fleet.lock().unwrap();
            fleet.note(&said);
            match said {
                Said::Granted(_) => fleet.held += amount,
                Said::Refused(_) => continue,
                _ => {
                    fleet.unknown += amount;
                    continue;
                }
            }
        }
        let half = amount / 2;
        fleet.lock().unwrap().held -= half;
        let first = say(&client, rest(number, half)).await;
        let second = say(&client, rest(number, half)).await;
        assert!(
            !(first == Said::Returned && second == Said::Returned),
            "lease {number} was returned twice"
        );
        if first != Said::Returned && second != Said::Returned {
            fleet.lock().unwrap().unknown_back += half;
        }
    }
}

/// Two hundred environments at once, two leases each; gives the fleet's books and the row.
async fn two_hundred(network: &Network, client: &Client) -> (Fleet, u128) {
    let fleet = Arc::new(Mutex::new(Fleet::default()));
    let through = Client::new(&aws::at(&network.url));
    let mut running = tokio::task::JoinSet::new();
    for number in 0..200 {
        running.spawn(live(through.clone(), number, Arc::clone(&fleet)));
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
    let fleet = std::mem::take(&mut *fleet.lock().unwrap());
    (fleet, standing(client).await.granted.0)
}

async fn two_hundred_environments_never_hold_more_than_the_limit(stand: Stand) {
    let client = table(&stand.url).await;
    let network = Network::before(&stand.url, |_| Fault::None).await;
    let (fleet, granted) = two_hundred(&network, &client).await;
    fleet.assert_sound(granted);
    // On a busy machine answers come too late: what they granted is not known.
    assert!(fleet.granted_most + fleet.unknown > LIMIT - 1_500, "the budget is used");
}

async fn lost_doubled_late_and_refused_answers_never_grant_or_return_twice(stand: Stand) {
    let client = table(&stand.url).await;
    let network = Network::before(&stand.url, |number| match number % 11 {
        2 => Fault::AnswerLost,
        4 | 5 => Fault::Twice,
        7 => Fault::Late,
        9 => Fault::Throttled,
        _ => Fault::None,
    });
    let network = network.await;
    let (fleet, granted) = two_hundred(&network, &client).await;
    for fault in [Fault::AnswerLost, Fault::Twice, Fault::Late, Fault::Throttled] {
        assert!(network.count(fault) > 20, "{fault:?}: {}", network.count(fault));
    }
    fleet.assert_sound(granted);
}

/// Each of these holds on both services: `moto`, and `dynalite` as a second opinion.
macro_rules! on_both {
    ($($name:ident)+) => {
        mod moto {
            use super::Stand;
            $(#[tokio::test]
            async fn $name() {
                super::$name(Stand::moto()).await;
            })+
        }
        mod dynalite {
            use super::Stand;
            $(#[tokio::test]
            async fn $name() {
                super::$name(Stand::dynalite()).await;
            })+
        }
    };
}

on_both! {
    leases_are_granted_up_to_the_limit_and_returned_once
    heads_are_anchored_forward_only
    callers_add_up_over_the_fleet_and_who_is_over_is_told_to_all
    orders_are_given_read_and_taken_back
    an_id_is_first_once_until_it_expires
    two_hundred_environments_never_hold_more_than_the_limit
    lost_doubled_late_and_refused_answers_never_grant_or_return_twice
}
