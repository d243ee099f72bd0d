//! A local Lambda: Runtime, Extensions and Telemetry APIs, phases and processes.
//!
//! One [`Environment`] is one execution environment: on-demand, or with
//! [`Settings::managed`] of Managed Instances, or with [`Settings::snap_start`]. It starts the
//! extensions of a layer and then the function, serves them Lambda's three APIs on loopback, and
//! takes them through init, invocations, resets and shutdown with Lambda's limits.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use tollgate_emulator::{Answer, Environment, Settings};
//!
//! let settings = Settings::new(["python3", "-m", "awslambdaric", "app.handler"])
//!     .layer("target/layer")
//!     .env("AWS_LAMBDA_EXEC_WRAPPER", "/opt/tollgate/exec");
//! let environment = Environment::start(settings).await?;
//! let invoked = environment.invoke(r#"{"hello":"world"}"#).await?;
//! assert!(matches!(invoked.answer, Answer::Response { .. }));
//! environment.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What Lambda's documents leave open follows the source of AWS's own emulator; where neither
//! says anything, a comment says what was chosen.
mod api;
mod base64;
mod cage;
mod clock;
mod environment;
mod error;
mod fleet;
mod front;
mod gateway;
mod guardian;
mod invocation;
mod journal;
mod layer;
mod lifecycle;
mod live;
mod logs;
mod pattern;
mod plan;
mod ports;
mod process;
mod sandbox;
mod settings;
mod shared;
mod source;
mod state;
mod tape;
mod telemetry;
mod vars;

pub use api::connections::Client;
pub use api::faults::{Endpoint, Fault};
pub use cage::Freezer;
pub use environment::{Environment, RequestStream, Running};
pub use error::{InvokeError, StartError};
pub use fleet::{Call, Fleet, FleetError, FleetEvent, Scale};
pub use front::Front;
pub use gateway::{Door, Gateway, GatewayFront, Route, RouteError};
pub use invocation::{
    Answer, Chunk, Departure, Ending, Event, InitReport, InitStatus, Invoked, PAYLOAD_BYTES_MAX,
    Phases, Reason, Shutdown,
};
pub use journal::Request;
pub use live::{Live, LiveReader, Piece};
pub use logs::{LogLine, LogStream, Origin, Stream};
pub use pattern::{Filter, FilterOf, Pattern, PatternError};
pub use plan::{FaultKind, FaultPlan, FaultPlanError, When};
pub use ports::free_port;
pub use settings::{Freeze, Schema, Settings, Telemetry};
pub use source::{
    AttributeError, DeadLetter, DeadMessage, Discarded, Fate, Input, InputError, InputPath,
    InputTransformer, Later, Message, Notice, Queue, QueueReport, Shard, ShardKind, ShardRecord,
    ShardReport, Topic, rule_arn, schedule_arn,
};
pub use tape::Follower;
