//! `yinzheng serve`: the platform, until Ctrl-C or SIGTERM.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::{CliError, ConfigFile, stop};
use crate::assemble::{Schema, assemble};
use crate::http::front::Front;
use crate::instance::Instance;
use crate::telemetry::{self, Verbosity};
use crate::{App, RealWorld, Setup};

/// The use of the key that form tickets are made with.
pub(super) const FORM_TICKETS: &[u8] = b"form tickets";

#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    file: ConfigFile,
    /// Log warnings and errors only: no line for each request
    #[arg(long)]
    quiet: bool,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let lines = telemetry::start(if self.quiet { Verbosity::Quiet } else { Verbosity::Normal });
        let stop = stop::on_signal()?;
        let listener = listen(config.listen, "listen").await?;
        let metrics = match config.metrics_listen {
            Some(address) => Some(listen(address, "metrics_listen").await?),
            None => None,
        };
        let assembled = assemble(&config, Schema::Check).await?;
        let setup = Setup {
            profile: config.profile,
            operator: config.operator.clone(),
            limits: config.limits,
            ticket_key: assembled.keys.derived(FORM_TICKETS),
            tour: config.tour.clone(),
        };
        let app = App::new(assembled.platform, setup);
        let flushing = tokio::spawn(lines.clone().keep_flushing());
        tracing::info!(address = %config.listen, issuer = %config.issuer, profile = config.profile.as_str(), "ready");
        let (mut front, mut mutual) = (None, None);
        if let Some(tls) = &config.tls {
            front = Some(Front::new(tls, &config.limits, Arc::new(RealWorld))?);
            if let Some(clients) = &tls.clients {
                let world = Arc::new(RealWorld);
                let door = Front::for_clients(tls, clients, &config.limits, world)?;
                mutual = Some((listen(clients.listen, "tls.clients.listen").await?, door));
            }
        }
        let connections = config.limits.connections;
        Instance {
            app,
            keys: assembled.keys,
            followed: assembled.followed,
            connections,
            listener,
            front,
            mutual,
            metrics,
        }
        .run(stop)
        .await;
        tracing::info!("stopped");
        flushing.abort();
        lines.flush();
        Ok(())
    }
}

/// Takes an address to listen on; `option` is what to change if someone else has it.
pub(super) async fn listen(
    address: SocketAddr,
    option: &'static str,
) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => CliError::Taken { address: address.to_string(), option },
        _ => CliError::Listen { address: address.to_string(), source },
    })
}
