//! Several environments of one function: scaled out by concurrent events, scaled in when idle.
//!
//! As on Lambda an environment has one event at a time. An event that finds none idle starts one,
//! as long as the reserved concurrency allows it; beyond that it is throttled.
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::environment::Environment;
use crate::error::{InvokeError, StartError};
use crate::invocation::{Answer, Event, InitReport, Invoked, Shutdown};
use crate::logs::LogLine;
use crate::settings::Settings;

/// How a fleet may grow, and when it shrinks.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The reserved concurrency: so many environments at most.
    pub environments_max: usize,
    /// An environment without an event for so long is shut down.
    pub idle_max: Duration,
}

impl Default for Scale {
    /// One environment, kept for five minutes.
    fn default() -> Self {
        Self { environments_max: 1, idle_max: Duration::from_mins(5) }
    }
}

/// What a fleet tells whoever follows it.
#[derive(Debug)]
pub enum FleetEvent {
    /// An environment has come up; its number counts from 1.
    Started {
        /// Which one.
        number: u64,
        /// How its init phase went.
        init: InitReport,
    },
    /// A process of an environment printed a line.
    Line {
        /// Which one.
        number: u64,
        /// The line.
        line: LogLine,
    },
    /// An invocation has ended.
    Invoked {
        /// Which environment had it.
        number: u64,
        /// What the function got.
        event: Event,
        /// What became of it.
        invoked: Box<Invoked>,
    },
    /// An event was not taken.
    Refused {
        /// What the function would have got.
        event: Event,
        /// Why not.
        error: String,
        /// Whether there was no room for it.
        throttled: bool,
    },
    /// An environment was shut down.
    Ended {
        /// Which one.
        number: u64,
        /// How it went.
        shutdown: Shutdown,
    },
}

/// Why a fleet has not invoked the function.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// As many environments as reserved are at work: `TooManyRequestsException`, status 429.
    #[error("Rate Exceeded: all {environments_max} environments have an event")]
    Throttled {
        /// The reserved concurrency.
        environments_max: usize,
    },
    /// An environment could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The environment did not take the event.
    #[error(transparent)]
    Invoke(#[from] InvokeError),
    /// The fleet was shut down.
    #[error("the fleet was shut down")]
    Closed,
}

impl FleetError {
    /// Whether Lambda would say `TooManyRequestsException`.
    pub fn is_throttled(&self) -> bool {
        matches!(self, Self::Throttled { .. } | Self::Invoke(InvokeError::Throttled))
    }
}

/// Several environments of one function. A clone is the same fleet.
#[derive(Clone)]
pub struct Fleet {
    inner: Arc<Inner>,
}

type Make = Box<dyn Fn() -> Result<Settings, StartError> + Send + Sync>;

struct Inner {
    make: Make,
    scale: Scale,
    state: Mutex<State>,
    alive: watch::Sender<usize>,
    followers: Option<mpsc::UnboundedSender<FleetEvent>>,
}

#[derive(Default)]
struct State {
    idle: Vec<Member>,
    all: BTreeMap<u64, Arc<Environment>>,
    /// Started and not ended, with those that are starting.
    alive: usize,
    alive_most: usize,
    numbers: u64,
    generation: u64,
    closed: bool,
    logs: Vec<LogLine>,
    /// Environments that have answered and are not done yet.
    finishing: usize,
    /// Events that wait for one of those.
    waiting: VecDeque<oneshot::Sender<Member>>,
}

/// An environment and what the fleet knows of it.
struct Member {
    environment: Arc<Environment>,
    number: u64,
    generation: u64,
    idle_since: Instant,
    ended: oneshot::Sender<()>,
    follower: Option<JoinHandle<()>>,
}

/// Where an event goes.
enum Place {
    Idle(Member),
    New {
        number: u64,
        generation: u64,
    },
    /// An environment has answered and is about to be idle: who has its answer may ask again.
    Soon(oneshot::Receiver<Member>),
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fleet").field("scale", &self.inner.scale).finish_non_exhaustive()
    }
}

impl Fleet {
    /// A fleet without environments yet. `make` is asked for the settings of each one, which lets
    /// each have a port of its own.
    pub fn new(
        scale: Scale,
        make: impl Fn() -> Result<Settings, StartError> + Send + Sync + 'static,
    ) -> Self {
        Self::build(scale, Box::new(make), None)
    }

    /// A fleet that also tells what happens.
    pub fn followed(
        scale: Scale,
        make: impl Fn() -> Result<Settings, StartError> + Send + Sync + 'static,
    ) -> (Self, mpsc::UnboundedReceiver<FleetEvent>) {
        let (followers, events) = mpsc::unbounded_channel();
        (Self::build(scale, Box::new(make), Some(followers)), events)
    }

    fn build(
        scale: Scale,
        make: Make,
        followers: Option<mpsc::UnboundedSender<FleetEvent>>,
    ) -> Self {
        let (state, alive) = (Mutex::default(), watch::Sender::new(0));
        Self { inner: Arc::new(Inner { make, scale, state, alive, followers }) }
    }

    /// Starts one environment ahead of the first event, and waits for its init phase.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub async fn warm(&self) -> Result<InitReport, FleetError> {
        let place = self.inner.claim()?;
        let member = Inner::enter(&self.inner, place).await?;
        let environment = Arc::clone(&member.environment);
        let report = environment.init().await;
        drop(environment);
        Inner::leave(&self.inner, member).await;
        Ok(report)
    }

    /// Asks for an invocation. Whether it is throttled is decided at once.
    ///
    /// # Errors
    ///
    /// When it is throttled, or the fleet was shut down.
    pub fn begin(&self, event: impl Into<Event>) -> Result<Call, FleetError> {
        let event = event.into();
        let place = match self.inner.claim() {
            Ok(place) => place,
            Err(error) => {
                self.inner.refused(event, &error);
                return Err(error);
            }
        };
        let (answer_to, answer) = oneshot::channel();
        let (end_to, end) = oneshot::channel();
        let inner = Arc::clone(&self.inner);
        // The invocation goes on when the caller has hung up.
        tokio::spawn(async move { Inner::invoke(inner, place, event, answer_to, end_to).await });
        Ok(Call { answer, end })
    }

    /// Invokes the function and waits for the end of the invocation.
    ///
    /// # Errors
    ///
    /// When it is throttled or no environment could take it.
    pub async fn invoke(&self, event: impl Into<Event>) -> Result<Invoked, FleetError> {
        self.begin(event)?.finished().await
    }

    /// How many environments there are now, and how many there were at most.
    pub fn size(&self) -> (usize, usize) {
        let state = self.inner.lock();
        (state.alive, state.alive_most)
    }

    /// The log lines of all environments, those that have ended first.
    pub fn logs(&self) -> Vec<LogLine> {
        let state = self.inner.lock();
        let live = state.all.values().flat_map(|environment| environment.logs());
        state.logs.iter().cloned().chain(live).collect()
    }

    /// Lets every environment end as soon as it has no event; the next event starts a new one.
    pub async fn retire(&self) {
        let idle = {
            let mut state = self.inner.lock();
            state.generation += 1;
            std::mem::take(&mut state.idle)
        };
        for member in idle {
            Inner::end(&self.inner, member).await;
        }
    }

    /// Waits until so many environments are left.
    pub async fn shrunk_to(&self, number: usize) {
        let mut alive = self.inner.alive.subscribe();
        // The sender lives as long as the fleet, so this cannot fail.
        let _ = alive.wait_for(|alive| *alive <= number).await;
    }

    /// Shuts every environment down, after the events that they have.
    pub async fn shutdown(&self) {
        self.inner.lock().closed = true;
        self.retire().await;
        self.shrunk_to(0).await;
    }
}

impl Inner {
    /// Finds an idle environment, or room for one more.
    fn claim(&self) -> Result<Place, FleetError> {
        let mut state = self.lock();
        if state.closed {
            return Err(FleetError::Closed);
        }
        // The one that was used last: so the others grow old and the fleet shrinks.
        if let Some(member) = state.idle.pop() {
            return Ok(Place::Idle(member));
        }
        let environments_max = self.scale.environments_max;
        if state.alive >= environments_max && state.finishing > state.waiting.len() {
            let (hand_over, member) = oneshot::channel();
            state.waiting.push_back(hand_over);
            return Ok(Place::Soon(member));
        }
        if state.alive >= environments_max {
            return Err(FleetError::Throttled { environments_max });
        }
        state.alive += 1;
        state.alive_most = state.alive_most.max(state.alive);
        state.numbers += 1;
        self.alive.send_replace(state.alive);
        Ok(Place::New { number: state.numbers, generation: state.generation })
    }

    async fn enter(inner: &Arc<Self>, place: Place) -> Result<Member, FleetError> {
        let (number, generation) = match place {
            Place::Idle(member) => return Ok(member),
            Place::New { number, generation } => (number, generation),
            Place::Soon(member) => match member.await {
                Ok(member) => return Ok(member),
                // It was not to stay.
                Err(_) => return Box::pin(Self::enter(inner, inner.claim()?)).await,
            },
        };
        let launched = match (inner.make)() {
            Ok(settings) => Environment::launch(settings).await,
            Err(error) => Err(error),
        };
        let environment = match launched {
            Ok(environment) => Arc::new(environment),
            Err(error) => {
                inner.gone(number, Vec::new());
                return Err(error.into());
            }
        };
        inner.lock().all.insert(number, Arc::clone(&environment));
        let (ended, end) = oneshot::channel();
        let follower = inner.followers.clone().map(|followers| {
            tokio::spawn(follow(Arc::clone(&environment), number, followers, end))
        });
        let idle_since = Instant::now();
        Ok(Member { environment, number, generation, idle_since, ended, follower })
    }

    async fn invoke(
        inner: Arc<Self>,
        place: Place,
        event: Event,
        answer_to: oneshot::Sender<Result<(String, Answer), FleetError>>,
        end_to: oneshot::Sender<Result<Invoked, FleetError>>,
    ) {
        let member = match Self::enter(&inner, place).await {
            Ok(member) => member,
            Err(error) => {
                inner.refused(event, &error);
                let _ = answer_to.send(Err(error));
                return;
            }
        };
        let began = member.environment.begin(event.clone());
        // Only the invocation holds the way to the caller: it ends with it.
        let event = Event { live: None, ..event };
        let mut running = match began {
            Ok(running) => running,
            Err(error) => {
                let error = FleetError::from(error);
                inner.refused(event, &error);
                let _ = answer_to.send(Err(error));
                return Self::leave(&inner, member).await;
            }
        };
        let answer = running.answer().await;
        let id = running.request_id().to_owned();
        inner.lock().finishing += 1;
        // A caller that has hung up misses nothing.
        let _ = answer_to.send(answer.map(|answer| (id, answer)).map_err(FleetError::from));
        let ended = running.finished().await;
        if let Ok(invoked) = &ended {
            let (number, invoked) = (member.number, Box::new(invoked.clone()));
            inner.tell(FleetEvent::Invoked { number, event, invoked });
        }
        inner.lock().finishing -= 1;
        Self::leave(&inner, member).await;
        let _ = end_to.send(ended.map_err(FleetError::from));
    }

    /// An environment has no event any more: it stays for a while, unless its time has come.
    async fn leave(inner: &Arc<Self>, mut member: Member) {
        member.idle_since = Instant::now();
        let ends = {
            let mut state = inner.lock();
            let stays = !state.closed && state.generation == member.generation;
            let waiting = state.waiting.pop_front();
            match (stays, waiting) {
                (true, Some(waiting)) => {
                    // Whoever waited is gone only with the whole fleet.
                    let _ = waiting.send(member);
                    return;
                }
                (true, None) => {
                    state.idle.push(member);
                    None
                }
                (false, waiting) => Some((member, waiting)),
            }
        };
        match ends {
            // Who waited finds room when it has ended.
            Some((member, waiting)) => {
                Self::end(inner, member).await;
                drop(waiting);
            }
            None => drop(tokio::spawn(Self::age(Arc::downgrade(inner), inner.scale.idle_max))),
        }
    }

    /// Shuts down what has been idle for too long.
    async fn age(inner: Weak<Self>, idle_max: Duration) {
        tokio::time::sleep(idle_max).await;
        let Some(inner) = inner.upgrade() else { return };
        let old: Vec<Member> = {
            let mut state = inner.lock();
            state.idle.extract_if(.., |member| member.idle_since.elapsed() >= idle_max).collect()
        };
        for member in old {
            Self::end(&inner, member).await;
        }
    }

    async fn end(inner: &Arc<Self>, member: Member) {
        let Member { environment, number, ended, follower, .. } = member;
        let shutdown = environment.shutdown().await;
        let _ = ended.send(());
        if let Some(follower) = follower {
            // Its last lines are told before the fleet is smaller.
            let _ = follower.await;
        }
        if let Ok(shutdown) = shutdown {
            inner.tell(FleetEvent::Ended { number, shutdown });
        }
        inner.gone(number, environment.logs());
    }

    fn gone(&self, number: u64, logs: Vec<LogLine>) {
        let mut state = self.lock();
        state.all.remove(&number);
        state.logs.extend(logs);
        state.alive -= 1;
        self.alive.send_replace(state.alive);
    }

    fn refused(&self, event: Event, error: &FleetError) {
        let throttled = error.is_throttled();
        self.tell(FleetEvent::Refused { event, error: error.to_string(), throttled });
    }

    fn tell(&self, event: FleetEvent) {
        if let Some(followers) = &self.followers {
            // Nobody follows any more: then nobody misses it.
            let _ = followers.send(event);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of an environment's init and of its lines, until it has ended.
async fn follow(
    environment: Arc<Environment>,
    number: u64,
    followers: mpsc::UnboundedSender<FleetEvent>,
    mut end: oneshot::Receiver<()>,
) {
    let mut logs = environment.follow_logs();
    let mut init = None;
    loop {
        tokio::select! {
            biased;
            line = logs.next() => {
                let _ = followers.send(FleetEvent::Line { number, line });
            }
            report = environment.init(), if init.is_none() => {
                init = Some(());
                let _ = followers.send(FleetEvent::Started { number, init: report });
            }
            _ = &mut end => break,
        }
    }
    while let Some(line) = logs.try_next() {
        let _ = followers.send(FleetEvent::Line { number, line });
    }
}

/// An invocation that a fleet has taken.
#[derive(Debug)]
pub struct Call {
    answer: oneshot::Receiver<Result<(String, Answer), FleetError>>,
    end: oneshot::Receiver<Result<Invoked, FleetError>>,
}

impl Call {
    /// Waits for the request id and the answer: they are there before the extensions are done.
    ///
    /// # Errors
    ///
    /// When no environment could take the event, or the answer was taken already.
    pub async fn answer(&mut self) -> Result<(String, Answer), FleetError> {
        (&mut self.answer).await.unwrap_or(Err(FleetError::Closed))
    }

    /// Waits for the end of the invocation.
    ///
    /// # Errors
    ///
    /// When no environment could take the event.
    pub async fn finished(mut self) -> Result<Invoked, FleetError> {
        match (&mut self.end).await {
            Ok(ended) => ended,
            // It ended before it began: the reason is where the answer would be.
            Err(_) => Err(self.answer().await.err().unwrap_or(FleetError::Closed)),
        }
    }
}
