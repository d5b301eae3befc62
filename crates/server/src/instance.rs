//! A platform at work: its listeners, and the chores that run beside them until it stops.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::followed::{Followed, follow};
use crate::http::front::Front;
use crate::http::listener::{Stop, serve, serve_front};
use crate::http::{limits, metrics, mutual_router, router};
use crate::key_file::KeyFile;
use crate::postman::Postman;
use crate::{App, RealWorld, chain};

/// How often what is over is deleted.
const PURGE_EVERY: Duration = Duration::from_mins(1);

/// How often notices that wait are handed to the carrier.
const DELIVER_EVERY: Duration = Duration::from_secs(2);

/// The metrics address serves a scraper or two.
const SCRAPERS: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);

/// What an instance holds open.
pub(crate) struct Instance {
    pub(crate) app: App,
    pub(crate) keys: KeyFile,
    /// Files that may be replaced meanwhile.
    pub(crate) followed: Vec<Arc<dyn Followed>>,
    pub(crate) connections: NonZeroU32,
    pub(crate) listener: TcpListener,
    /// TLS, where no proxy has it.
    pub(crate) front: Option<Front>,
    /// Where clients show certificates.
    pub(crate) mutual: Option<(TcpListener, Front)>,
    pub(crate) metrics: Option<TcpListener>,
}

impl Instance {
    /// Serves until told to stop, and returns when every request in flight has ended.
    pub(crate) async fn run(self, stop: Stop) {
        let Self { app, keys, mut followed, connections, listener, front, mutual, metrics } = self;
        let mut chores = JoinSet::new();
        chores.spawn(keys.follow(app.platform().clone()));
        let fronts = [front.as_ref(), mutual.as_ref().map(|(_, front)| front)];
        followed.extend(fronts.into_iter().flatten().map(|front| front.own() as _));
        chores.spawn(follow(followed, Arc::new(RealWorld)));
        chores.spawn(purge(app.clone()));
        chores.spawn(deliver(app.clone()));
        chores.spawn(post(app.clone()));
        chores.spawn(repeat(limits::FORGET_EVERY, app.clone(), |app| app.limiter().forget_quiet()));
        let doors = [front.clone(), mutual.as_ref().map(|(_, front)| front.clone())];
        for front in doors.into_iter().flatten() {
            chores.spawn(repeat(limits::FORGET_EVERY, front, Front::forget_quiet));
        }
        chores.spawn(repeat(metrics::UPKEEP_EVERY, app.clone(), |app| {
            app.measured().take(&app.platform().counted());
            app.measured().upkeep();
        }));
        chores.spawn(drain(app.clone(), stop.clone()));
        if let Some(listener) = metrics {
            chores.spawn(serve(listener, app.measured().clone().router(), SCRAPERS, stop.clone()));
        }
        let clients = async {
            if let Some((listener, front)) = mutual {
                let router = mutual_router(app.clone());
                serve_front(listener, router, connections, Some(front), stop.clone()).await;
            }
        };
        let everybody =
            serve_front(listener, router(app.clone()), connections, front, stop.clone());
        tokio::join!(everybody, clients);
        // Chores may be cut anywhere: each does its whole work in one transaction, or none that
        // lasts.
        chores.shutdown().await;
    }
}

/// Says no to balancers as soon as it is known that the platform stops.
async fn drain(app: App, mut stop: Stop) {
    if stop.wait_for(|stop| *stop).await.is_ok() {
        app.drain();
    }
}

async fn repeat<T>(every: Duration, on: T, chore: fn(&T)) {
    let mut every = tokio::time::interval(every);
    loop {
        every.tick().await;
        chore(&on);
    }
}

async fn purge(app: App) {
    let mut every = tokio::time::interval(PURGE_EVERY);
    loop {
        every.tick().await;
        if let Err(error) = app.platform().purge().await {
            tracing::error!(error = chain::line(&error), "what is over could not be deleted");
        }
    }
}

async fn deliver(app: App) {
    let mut every = tokio::time::interval(DELIVER_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = app.platform().deliver_notices().await {
            tracing::error!(error = chain::line(&error), "notices could not be delivered");
        }
    }
}

async fn post(app: App) {
    let mut every = tokio::time::interval(DELIVER_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut postman = Postman::default();
    loop {
        every.tick().await;
        postman.set_out(&app).await;
    }
}
