//! `--listen`: HTTP in front of the function.
use std::net::SocketAddr;

use tollgate_emulator::{Door, Fleet, Front, Gateway, Route};

use super::error::Trouble;
use super::say;

/// Arguments of the HTTP front.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "HTTP front")]
pub(super) struct FrontArgs {
    /// Take HTTP requests here until Ctrl-C, such as 127.0.0.1:3000, or a port
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(super) listen: Option<SocketAddr>,
    /// Which service stands there: function-url, http-api, rest-api, alb, alb-multi-value, or
    /// invoke for Lambda's own API [default: the template's, or function-url]
    #[arg(long, value_name = "NAME", value_parser = door, requires = "listen")]
    pub(super) front: Option<Entrance>,
    /// The stage of an API; a REST API has `prod` without it
    #[arg(long, value_name = "NAME", requires = "listen")]
    pub(super) stage: Option<String>,
    /// A route of an API, such as 'GET /orders/{id}' [default: the template's; without any, every path is taken]
    #[arg(long, value_name = "METHOD PATH", requires = "listen")]
    pub(super) route: Vec<Route>,
}

/// What stands in front of the function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entrance {
    /// A service that makes events of HTTP requests.
    Door(Door),
    /// The Invoke API.
    Invoke,
}

/// Serves until the future is dropped.
pub(super) async fn serve(args: &FrontArgs, fleet: &Fleet) -> Result<(), Trouble> {
    let Some(address) = args.listen else { return Ok(()) };
    let failed = |source| Trouble::Listen { address, source };
    match args.front.unwrap_or(Entrance::Door(Door::FunctionUrl)) {
        Entrance::Invoke => {
            let front = Front::bind(address).await.map_err(failed)?;
            let at = front.address().map_err(failed)?;
            say(&format!("  curl -d '{{}}' http://{at}/2015-03-31/functions/function/invocations"));
            front.serve_fleet(fleet.clone()).await;
        }
        Entrance::Door(door) => {
            let mut gateway = Gateway::new(door);
            if let Some(stage) = &args.stage {
                gateway = gateway.stage(stage);
            }
            let gateway = args.route.iter().cloned().fold(gateway, Gateway::route);
            let front = gateway.bind(address).await.map_err(failed)?;
            let at = front.address().map_err(failed)?;
            let stage = match (&args.stage, door) {
                (Some(stage), Door::HttpApi | Door::RestApi) if stage != "$default" => stage,
                (None, Door::RestApi) => "prod",
                _ => "",
            };
            say(&format!("  curl http://{at}/{stage}"));
            front.serve(fleet.clone()).await;
        }
    }
    Ok(())
}

/// Reads an address, or a port of loopback.
fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.parse::<u16>().map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    port.or_else(|_| text.parse())
        .map_err(|_| format!("`{text}` is neither a port nor an address such as 127.0.0.1:3000"))
}

fn door(text: &str) -> Result<Entrance, String> {
    if text == "invoke" {
        return Ok(Entrance::Invoke);
    }
    let names = Door::NAMES.join(", ");
    Door::named(text)
        .map(Entrance::Door)
        .ok_or_else(|| format!("`{text}` is no front; the fronts are {names} and invoke"))
}
