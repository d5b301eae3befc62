//! `yinzheng-reader page`: one page on this machine, for a screen at a desk or gate.
//!
//! Listens on loopback and nowhere else, answers only browsers that asked for this very address, sends nothing anywhere and
//! keeps nothing (decision 0037). Without script a code is typed, or a hand scanner types it; with script a camera reads it, too.

mod brought;
mod camera;
mod door;
mod post;
mod view;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post as posted},
};
use formats::qr::Challenge;
use serde::Deserialize;
use tokio::{net::TcpListener, runtime, task::spawn_blocking};

pub(crate) use brought::Brought;
pub(crate) use post::Post;

/// Where the page is, unless another port is wanted.
pub(crate) const PORT: &str = "8095";

/// A desk behind a page, and what the page may not help itself to.
pub(crate) struct Setup {
    /// The desk.
    pub(crate) post: Post,
    /// The language, unless the page is asked for the other one.
    pub(crate) language: &'static str,
    /// Now, in Unix time.
    pub(crate) clock: fn() -> i64,
    /// A question nobody was asked before.
    pub(crate) draw: fn() -> Challenge,
}

struct Inner {
    post: Mutex<Post>,
    language: &'static str,
    clock: fn() -> i64,
    draw: fn() -> Challenge,
}

/// The desk, shared by whatever browser windows look at it.
#[derive(Clone)]
struct Shared(Arc<Inner>);

impl Shared {
    fn post(&self) -> MutexGuard<'_, Post> {
        self.0.post.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        (self.0.clock)()
    }

    fn language<'a>(&self, wish: &'a Wish) -> &'a str {
        wish.lang.as_deref().unwrap_or(self.0.language).get(..2).unwrap_or_default()
    }
}

/// Serves the page until the program is stopped; says where, once it is there.
pub(crate) fn serve(setup: Setup, port: u16, say: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let here = listener.local_addr()?;
        say(here);
        axum::serve(listener, router(setup, here.port())).await
    })
}

fn router(setup: Setup, port: u16) -> Router {
    let Setup { post, language, clock, draw } = setup;
    let shared = Shared(Arc::new(Inner { post: Mutex::new(post), language, clock, draw }));
    Router::new()
        .route("/", get(idle))
        .route("/judge", posted(judge))
        .route("/look", posted(look).layer(DefaultBodyLimit::max(camera::LONGEST_FRAME)))
        .route("/page.css", get(style))
        .route("/page.js", get(script))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(middleware::from_fn(move |request, next| door::keep(port, request, next)))
        .with_state(shared)
}

/// A code of four statements, escaped as a form escapes it, with room.
const LONGEST_FORM: usize = 8 * 1024;

#[derive(Deserialize)]
struct Wish {
    lang: Option<String>,
}

/// `GET /`
async fn idle(State(shared): State<Shared>, Query(wish): Query<Wish>) -> Response {
    let state = shared.post().look(shared.now(), shared.0.draw);
    view::page(shared.language(&wish), None, &state)
}

#[derive(Deserialize)]
struct Scanned {
    code: String,
}

/// `POST /judge`
async fn judge(
    State(shared): State<Shared>,
    Query(wish): Query<Wish>,
    Form(scanned): Form<Scanned>,
) -> Response {
    let now = shared.now();
    let (verdict, state) = {
        let mut post = shared.post();
        (post.judge(&scanned.code, now, shared.0.draw), post.look(now, shared.0.draw))
    };
    view::page(shared.language(&wish), Some(&verdict), &state)
}

#[derive(Deserialize)]
struct Frame {
    width: usize,
}

/// `POST /look`: what the code in a camera's picture says; nothing, if there is none.
async fn look(Query(frame): Query<Frame>, picture: Bytes) -> Response {
    // The library that reads pictures may panic at odd ones: then this one said nothing.
    match spawn_blocking(move || camera::read(&picture, frame.width)).await {
        Ok(Some(code)) => code.into_response(),
        Ok(None) | Err(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../../assets/page.css"))
}

async fn script() -> impl IntoResponse {
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], include_str!("../../../assets/page.js"))
}

#[cfg(test)]
mod tests;
