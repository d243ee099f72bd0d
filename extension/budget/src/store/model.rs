//! The store's promises, in memory: what simulations and tests hold leases against.
use std::collections::{HashMap, HashSet};

use super::{CallerUse, Callers, CallersStanding, Lease, Request, Return, Row, Said, Standing};
use crate::amount::Amount;
use crate::id::{CallerId, LeaseId};

/// A store that does each errand as it is asked.
#[derive(Debug, Clone, Default)]
pub struct Model {
    rows: HashMap<Row, Standing>,
    returned: HashSet<LeaseId>,
    callers: HashMap<(Row, CallerId), Amount>,
    over: HashMap<Row, Vec<CallerId>>,
}

impl Model {
    /// Does an errand. Orders are another table's: there are none here.
    pub fn apply(&mut self, request: &Request) -> Said {
        match request {
            Request::Lease(lease) => self.lend(lease),
            Request::Return(rest) => self.take_back(rest),
            Request::Callers(report) => self.add_up(report),
            Request::Orders(_) => Said::Orders(Vec::new()),
        }
    }

    /// How a row stands.
    pub fn standing(&self, row: &Row) -> Standing {
        self.rows.get(row).copied().unwrap_or_default()
    }

    /// Rows that are of no use after this moment are dropped.
    pub fn expire(&mut self, now_ms: u64) {
        self.rows.retain(|row, _| row.span.end_ms > now_ms);
        self.callers.retain(|(row, _), _| row.span.end_ms > now_ms);
        self.over.retain(|row, _| row.span.end_ms > now_ms);
    }

    fn lend(&mut self, lease: &Lease) -> Said {
        let before = self.standing(&lease.row);
        let granted = before.granted.plus(lease.amount);
        if granted > lease.limit {
            return Said::Refused(before);
        }
        let environments = before.environments.saturating_add(u32::from(lease.newcomer));
        let standing = Standing { granted, environments };
        if let Some(row) = self.rows.get_mut(&lease.row) {
            *row = standing;
        } else {
            self.rows.insert(lease.row.clone(), standing);
        }
        Said::Granted(standing)
    }

    fn take_back(&mut self, rest: &Return) -> Said {
        let Some(row) = self.rows.get_mut(&rest.row) else { return Said::NotReturned };
        if row.granted < rest.amount || !self.returned.insert(rest.lease) {
            return Said::NotReturned;
        }
        row.granted = row.granted.less(rest.amount);
        Said::Returned
    }

    fn add_up(&mut self, report: &Callers) -> Said {
        let over = self.over.entry(report.row.clone()).or_default();
        let used = report.used.iter().map(|one| {
            let sum = self.callers.entry((report.row.clone(), one.caller)).or_default();
            *sum = sum.plus(one.amount);
            if *sum >= report.limit && !over.contains(&one.caller) {
                over.push(one.caller);
            }
            CallerUse { caller: one.caller, amount: *sum }
        });
        let used = used.collect();
        Said::Callers(CallersStanding { used, over: over.clone() })
    }
}
