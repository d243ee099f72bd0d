//! Kafka, Amazon MSK and self-managed ("Configuring error handling controls for Kafka event
//! sources"): a batch holds records of several partitions; each is committed up to its reported
//! offset, and after the last attempt the rest goes to the on-failure destination.
use super::*;

const RETRIES_MAX: u32 = 4;
const PARTITIONS: usize = 3;
const RECORDS: usize = 8;

struct Topic {
    /// The contents of each partition's records; the offset is the place.
    partitions: Vec<Vec<String>>,
    /// Where each goes on.
    committed: Vec<usize>,
    retries: u32,
    destination: BTreeSet<String>,
}

fn partition(index: usize) -> String {
    format!("orders-{index}")
}

impl Topic {
    fn filled(world: &mut World) -> Self {
        let mut number = 0..;
        let mut record = || {
            let name = format!("item-{}", number.next().unwrap_or_default());
            world.item(&name)
        };
        let mut records = || (0..RECORDS).map(|_| record()).collect();
        Self {
            partitions: (0..PARTITIONS).map(|_| records()).collect(),
            committed: vec![0; PARTITIONS],
            retries: 0,
            destination: BTreeSet::new(),
        }
    }

    fn event(&self, self_managed: bool) -> Value {
        let record = |partition: usize, offset: usize, text: &String| {
            json!({
                "topic": "orders",
                "partition": partition,
                "offset": offset,
                "timestamp": 1_545_084_650_987_u64,
                "timestampType": "CREATE_TIME",
                "key": "cmVjb3JkS2V5",
                "value": packed(text),
                "headers": [],
            })
        };
        let mut records = serde_json::Map::new();
        for (index, texts) in self.partitions.iter().enumerate() {
            let open = texts.iter().enumerate().skip(self.committed[index]).take(4);
            let list: Vec<_> = open.map(|(offset, text)| record(index, offset, text)).collect();
            if !list.is_empty() {
                records.insert(partition(index), list.into());
            }
        }
        let servers = "b-2.demo.c2.kafka.eu-west-1.amazonaws.com:9092";
        if self_managed {
            return json!({
                "eventSource": "SelfManagedKafka",
                "bootstrapServers": servers,
                "records": records,
            });
        }
        json!({
            "eventSource": "aws:kafka",
            "eventSourceArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/vpc-2priv-2pub",
            "bootstrapServers": servers,
            "records": records,
        })
    }

    fn is_done(&self) -> bool {
        self.committed.iter().all(|committed| *committed == RECORDS)
    }

    /// One batch, and what the mapping makes of the answer.
    fn poll(&mut self, world: &mut World, reads_reports: bool, self_managed: bool) {
        let event = self.event(self_managed);
        let values = |event: &Value| -> Vec<(String, Value)> {
            let lists = event["records"].as_object().unwrap();
            let pair = |(partition, record): (&String, &Value)| {
                let id = json!({ "partition": partition, "offset": record["offset"] });
                (unpacked(record["value"].as_str().unwrap()), id)
            };
            let all = lists.iter().flat_map(|(name, list)| {
                list.as_array().unwrap().iter().map(move |record| (name, record))
            });
            all.map(pair).collect()
        };
        let before = world.handled.len();
        let answer = world.invoke(
            &event,
            |event| values(event).into_iter().map(|(text, _)| text).collect(),
            |event, failed| {
                let failed = values(event).into_iter().filter(|(text, _)| failed.contains(text));
                failures(failed.map(|(_, id)| id))
            },
        );
        if reads_reports {
            let handled = world.handled.get(before..).unwrap_or_default();
            self.nothing_passes_a_refused_one(handled);
        }
        let failed = match answer {
            Err(()) => None,
            Ok(_) if !reads_reports => Some(Vec::new()),
            Ok(answer) => reported(&answer),
        };
        let known: Vec<Value> = values(&event).into_iter().map(|(_, id)| id).collect();
        let failed = failed.filter(|failed| failed.iter().all(|id| known.contains(id)));
        let before = self.committed.clone();
        for index in 0..PARTITIONS {
            let offsets = |ids: &[Value]| -> Vec<usize> {
                let of = ids.iter().filter(|id| id["partition"] == partition(index));
                of.map(|id| usize::try_from(id["offset"].as_u64().unwrap()).unwrap()).collect()
            };
            let Some(last) = offsets(&known).into_iter().max() else { continue };
            let first = match &failed {
                None => self.committed[index],
                Some(failed) => offsets(failed).into_iter().min().unwrap_or(last + 1),
            };
            for text in &self.partitions[index][self.committed[index]..first] {
                world.forget(text);
            }
            self.committed[index] = first;
        }
        self.give_up_after(RETRIES_MAX, &before, &known);
    }

    /// A refused record is read again: what follows it in its partition must wait for it.
    fn nothing_passes_a_refused_one(&self, handled: &[String]) {
        for (texts, committed) in self.partitions.iter().zip(&self.committed) {
            let batch = texts.iter().skip(*committed).take(4);
            let behind = batch.skip_while(|text| !text.contains(POISON));
            for text in behind {
                assert!(!handled.contains(&name_of(text)), "{text} passed a refused record");
            }
        }
    }

    /// A batch that gets no further goes to the destination after the last retry.
    fn give_up_after(&mut self, retries_max: u32, before: &[usize], batch: &[Value]) {
        if self.committed != before {
            self.retries = 0;
            return;
        }
        self.retries += 1;
        if self.retries <= retries_max {
            return;
        }
        self.retries = 0;
        for (index, committed) in self.committed.iter_mut().enumerate() {
            let name = partition(index);
            let given_up = batch.iter().filter(|id| id["partition"] == name).count();
            for text in self.partitions[index].iter().skip(*committed).take(given_up) {
                self.destination.insert(name_of(text));
            }
            *committed += given_up;
        }
    }
}

#[test]
fn a_kafka_topic_loses_nothing() {
    each_case(|on_refuse, style, seed| {
        let reads_reports = on_refuse == OnRefuse::Report;
        let style = if reads_reports { style } else { Style::Raises };
        for (trigger, self_managed) in [("msk", false), ("kafka", true)] {
            let mut world = World::new(trigger, on_refuse, style, seed);
            world.store_fails = if seed % 2 == 0 { 30 } else { 0 };
            let mut topic = Topic::filled(&mut world);
            while !topic.is_done() {
                topic.poll(&mut world, reads_reports, self_managed);
                assert!(world.invocations < 1000, "it ends");
            }
            for name in topic.partitions.iter().flatten().map(|text| name_of(text)) {
                if !topic.destination.contains(&name) {
                    world.forget(&name);
                }
            }
        }
    });
}

#[test]
fn a_refused_record_holds_up_its_own_partition_only() {
    let mut world = World::new("msk", OnRefuse::Report, Style::Reports, 1);
    let mut topic = Topic::filled(&mut world);
    world.flaky.clear();
    let plain =
        |index: usize| (0..RECORDS).map(|at| format!("item-{} a", index * 10 + at)).collect();
    topic.partitions = (0..PARTITIONS).map(plain).collect();
    topic.partitions[1][2] = "item-12 poison".to_owned();
    topic.poll(&mut world, true, false);
    assert_eq!(topic.committed, [4, 2, 4]);
    topic.poll(&mut world, true, false);
    assert_eq!(topic.committed, [8, 2, 8]);
}
