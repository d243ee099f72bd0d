//! Which tables: those that a policy names, or the one of the command line.
use std::path::{Path, PathBuf};

use tollgate_policy::{Policy, Spending};

use super::Failed;
use crate::command::policies;

/// Where the table of orders is.
#[derive(Debug, clap::Args)]
pub(in crate::command) struct Place {
    /// The policy that names the table (`tables.orders`), as functions have it
    #[arg(long, value_name = "FILE", required_unless_present = "table")]
    policy: Option<PathBuf>,
    /// The fleet's policy below which it stands
    #[arg(long, value_name = "FILE", requires = "policy")]
    baseline: Option<PathBuf>,
    /// The table of orders, where no policy is at hand
    #[arg(long, value_name = "NAME", conflicts_with = "policy")]
    table: Option<String>,
    /// Its Region, where it is not that of the policy (`tables.region`) or of `AWS_REGION`
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
}

impl Place {
    /// The table of orders, and its Region.
    pub(super) fn orders(&self) -> Result<(String, Option<String>), Failed> {
        let Some(path) = &self.policy else {
            return Ok((self.table.clone().unwrap_or_default(), self.region.clone()));
        };
        let tables = Tables::read(path, self.baseline.as_deref(), self.region.as_deref())?;
        Ok((tables.orders()?, tables.region))
    }
}

/// What a policy says of the shared tables.
pub(in crate::command) struct Tables {
    path: String,
    policy: Policy,
    /// Their Region; none: what `AWS_REGION` says.
    pub(in crate::command) region: Option<String>,
}

impl Tables {
    /// Compiles the policy.
    pub(in crate::command) fn read(
        path: &Path,
        baseline: Option<&Path>,
        region: Option<&str>,
    ) -> Result<Self, Failed> {
        let policy = policies::load(path, baseline)?;
        let region = region.map(str::to_owned);
        let region = region.or_else(|| policy.spending().tables.region.clone());
        Ok(Self { path: path.display().to_string(), policy, region })
    }

    /// All that the policy says of money.
    pub(in crate::command) fn spending(&self) -> &Spending {
        self.policy.spending()
    }

    /// The table of orders, where one is needed.
    pub(in crate::command) fn orders(&self) -> Result<String, Failed> {
        let table = self.spending().tables.orders.clone();
        table.ok_or_else(|| {
            let path = &self.path;
            Failed::Wrong(format!("`{path}` names no table of orders: set `tables.orders`"))
        })
    }
}
