//! The table of services: which function answers which question.

use crate::signed::Signed;
use crate::{attest, aws, budget, callback, copies, fetch, outside, secret, sinks};
use aws_config::SdkConfig;
use tokio::sync::OnceCell;
use tollgate_link::health::{Ping, Pong};
use tollgate_link::{Ask, Failure, Outcome, Question};

/// What the services share, each made when it is first needed. One thread runs them all.
#[derive(Debug, Default)]
pub struct Desk {
    http: OnceCell<reqwest::Client>,
    aws: OnceCell<SdkConfig>,
    tables: budget::Clients,
    pub(crate) sinks: sinks::Shelf,
}

impl Desk {
    /// Answers one question.
    pub async fn answer(&self, ask: Ask) -> Outcome {
        match ask {
            Ask::Ping(it) => reply(it, async |Ping| Ok(Pong::default())).await,
            Ask::Deliver(it) => reply(it, async |it| sinks::deliver(self, &it).await).await,
            Ask::StoreCopy(it) => {
                reply(it, async |it| copies::store(self.signed().await?, it).await).await
            }
            Ask::FailResource(it) => {
                reply(it, async |it| callback::fail_resource(self.signed().await?, it).await).await
            }
            Ask::DenyObject(it) => {
                reply(it, async |it| callback::deny_object(self.signed().await?, it).await).await
            }
            Ask::ReadSecret(it) => {
                reply(it, async |it| secret::read(self.signed().await?, it).await).await
            }
            Ask::Fetch(it) => {
                reply(it, async |it| fetch::fetch(self.http().await?, it).await).await
            }
            Ask::Attest(it) => {
                reply(it, async |it| attest::sign(self.aws().await?, it).await).await
            }
            Ask::AskStore(it) => {
                reply(it, async |it| {
                    let client = self.tables.of(self.aws().await?, it.region.clone());
                    Ok(budget::ask(client, it).await)
                })
                .await
            }
            Ask::MarkSeen(it) => {
                reply(it, async |it| {
                    let client = self.tables.of(self.aws().await?, it.region.clone());
                    budget::mark(&budget::Table::new(client, it.table.clone()), &it).await
                })
                .await
            }
            Ask::ReadKey(it) => {
                reply(it, async |it| attest::read_key(self.aws().await?, it).await).await
            }
        }
    }

    /// The HTTP client of all services.
    pub(crate) async fn http(&self) -> Result<&reqwest::Client, Failure> {
        self.http.get_or_try_init(async || outside::client()).await
    }

    /// What signed calls without the SDK need.
    async fn signed(&self) -> Result<Signed<'_>, Failure> {
        Ok(Signed::new(self.http().await?, self.aws().await?))
    }

    /// The configuration of all AWS clients.
    pub(crate) async fn aws(&self) -> Result<&SdkConfig, Failure> {
        self.aws.get_or_try_init(async || Ok(aws::config(self.http().await?.clone()).await)).await
    }
}

/// Wraps what a service says of a question as what crosses the link.
async fn reply<Q: Question>(
    question: Q,
    service: impl AsyncFnOnce(Q) -> Result<Q::Reply, Failure>,
) -> Outcome {
    service(question).await.map(Q::answer)
}
