//! What an operator does with the tables of orders and budgets, for the command. The credentials are
//! the operator's own: a function's role may not write orders.

use crate::budget::{Clients, Table, orders, standing, sums};
use crate::desk::Desk;
use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_dynamodb::Client;
pub use orders::Given;
use std::error::Error as _;
use tollgate_budget::store::{Row, Standing};
use tollgate_budget::{Amount, CallerId, ORDERS_KEY};
pub use tollgate_link::{Cause, Failure};

/// The tables of one region.
#[derive(Debug)]
pub struct Operator {
    client: Client,
}

impl Operator {
    /// Tables in this region; none: the one that `AWS_REGION` names. Nothing is asked yet; without a
    /// region or credentials it fails with [`Cause::Unconfigured`].
    pub async fn new(region: Option<String>) -> Result<Self, Failure> {
        let desk = Desk::default();
        let config = configured(&desk, region.as_deref()).await?;
        Ok(Self { client: Clients::default().of(config, region) })
    }

    /// All orders of a table, the newest last; also those that have ended by themselves.
    pub async fn orders(&self, table: &str) -> Result<Vec<Given>, Failure> {
        orders::read(&self.table(table), ORDERS_KEY).await
    }

    /// Gives an order; one of the same id is replaced.
    pub async fn give(&self, table: &str, given: &Given) -> Result<(), Failure> {
        orders::give(&self.table(table), ORDERS_KEY, given).await
    }

    /// Takes an order back; false where there was none of this id.
    pub async fn take_back(&self, table: &str, id: &str) -> Result<bool, Failure> {
        orders::take_back(&self.table(table), ORDERS_KEY, id).await
    }

    /// How a row of a budget stands; nothing granted where it does not exist.
    pub async fn standing(&self, table: &str, row: &Row) -> Result<Standing, Failure> {
        standing(&self.table(table), row).await
    }

    /// What a caller used of a budget, as far as environments have told it, and how many callers are
    /// known to be over its limit.
    pub async fn callers(
        &self,
        table: &str,
        row: &Row,
        caller: Option<CallerId>,
    ) -> Result<(Amount, usize), Failure> {
        sums(&self.table(table), row, caller).await
    }

    fn table(&self, name: &str) -> Table {
        Table::new(self.client.clone(), name)
    }
}

/// The settings for AWS, where they have a region and credentials.
pub(crate) async fn configured<'d>(
    desk: &'d Desk,
    region: Option<&str>,
) -> Result<&'d SdkConfig, Failure> {
    let config = desk.aws().await?;
    if region.is_none() && config.region().is_none() {
        return Err(Failure::new(Cause::Unconfigured, "no region: `AWS_REGION` is not set"));
    }
    credentials(config).await?;
    Ok(config)
}

/// Says what is missing where there are no credentials; the SDK's own error does not.
async fn credentials(config: &SdkConfig) -> Result<(), Failure> {
    let Some(provider) = config.credentials_provider() else {
        return Err(Failure::new(Cause::Unconfigured, "no credentials"));
    };
    let given = provider.provide_credentials().await;
    given.map(drop).map_err(|error| {
        let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Failure::new(Cause::Unconfigured, format!("no credentials: {why}"))
    })
}
