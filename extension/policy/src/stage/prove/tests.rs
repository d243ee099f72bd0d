//! What is proved of items, and by whom.
use super::*;

fn chain(item: Option<u32>, names: &[&str]) -> Chain {
    let arn = |name: &&str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    Chain { item, hops: names.iter().map(arn).collect(), text: String::new() }
}

#[test]
fn a_function_is_counted_in_every_signed_context_whatever_its_alias() {
    let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    let proved = Proved {
        chains: vec![
            chain(Some(0), &["charge"]),
            chain(Some(2), &["orders:live", "charge", "orders", "orders-2"]),
        ],
        ..Proved::default()
    };
    assert_eq!(proved.times_through(&arn("orders:beta")), [(Some(0), 0), (Some(2), 2)]);
    assert_eq!(proved.times_through(&arn("mail")), [(Some(0), 0), (Some(2), 0)]);
    assert_eq!(Proved::default().times_through(&arn("orders")), []);
}

#[test]
fn security_an_item_that_fails_takes_the_signer_from_itself_alone() {
    let of = |unproved: &[Option<u32>], item| {
        let chains = vec![chain(Some(0), &["orders"]), chain(None, &["orders"])];
        let unproved = unproved.to_vec();
        let proved = Proved { signed: true, chains, unproved, ..Proved::default() };
        proved.signer(item).map(|arn| arn.rsplit(':').next().unwrap().to_owned())
    };
    let orders = Some("orders".to_owned());
    assert_eq!(of(&[], Some(0)), orders);
    assert_eq!(of(&[Some(1)], Some(0)), orders);
    assert_eq!(of(&[Some(0)], Some(0)), None);
    assert_eq!(of(&[None], Some(0)), None);
    assert_eq!(of(&[], Some(1)), None);
    assert_eq!((of(&[], None), of(&[Some(1)], None)), (orders, None));
}
