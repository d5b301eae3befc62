//! `/history`: what was shown, to whom and what for. It lies in the phone alone and goes at a word.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Redirect, Response};
use wallet::Entry;

use super::claims::called;
use super::device::Device;
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::show as page;

#[derive(Template)]
#[template(path = "phone/history.html")]
struct HistoryPage {
    frame: Frame,
    /// Newest first.
    lines: Vec<Line>,
}

struct Line {
    at: String,
    /// Name and purpose; nothing for a code.
    who: Option<(String, String)>,
    shown: Vec<String>,
}

/// `GET /history`
pub(super) async fn show(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    let lines = device.with(&headers, |owner| {
        let entries = owner.pocket.history.entries().iter().rev();
        entries.map(|entry| line(&frame, entry)).collect()
    });
    page(&HistoryPage { frame, lines: lines.unwrap_or_default() }, device.policy())
}

/// `POST /history/erase`
pub(super) async fn erase(State(device): State<Device>, headers: HeaderMap) -> Redirect {
    device.with(&headers, |owner| owner.pocket.history.erase());
    Redirect::to("/history")
}

fn line(frame: &Frame, entry: &Entry) -> Line {
    Line {
        at: Clock::readable(entry.at),
        who: entry.asked_by.as_ref().map(|by| (by.name.clone(), by.purpose.clone())),
        shown: entry.shown.iter().map(|claim| called(frame, claim)).collect(),
    }
}
