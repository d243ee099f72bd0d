//! Questions that somebody waits for: asked again where a courier ends before it answers, and only
//! so long.

use super::{Unavailable, run};
use crate::app::App;
use std::rc::Rc;
use std::time::Duration;
use tollgate_link::Question;

/// How often a question is asked whose courier ends before it answers.
const LIVES_MAX: u32 = 3;

/// Asks what may be asked twice without harm, and starts the courier where nothing wanted it so
/// far. The answer comes within this time, or [`Unavailable::Late`].
pub(crate) async fn ask_within<Q: Question + Clone>(
    app: &Rc<App>,
    question: Q,
    time: Duration,
) -> Result<Q::Reply, Unavailable> {
    want(app);
    let asking = async {
        for _ in 1..LIVES_MAX {
            app.courier.ready().await;
            match app.courier.ask(question.clone()).await {
                Err(Unavailable::Down) => {}
                outcome => return outcome,
            }
        }
        app.courier.ready().await;
        app.courier.ask(question.clone()).await
    };
    tokio::time::timeout(time, asking).await.unwrap_or(Err(Unavailable::Late))
}

/// Starts the courier, once.
pub(crate) fn want(app: &Rc<App>) {
    if !app.courier.wanted.replace(true) {
        app.courier.open();
        tokio::task::spawn_local(run(Rc::clone(app)));
    }
}
