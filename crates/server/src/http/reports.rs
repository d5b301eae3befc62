//! `GET /reports`: a relying party learns what persons reported of it, in kinds and counts.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use jiff::civil::Date;
use serde::Serialize;
use service::{ReportCount, ReportsTold};

use super::dpop::{proves, with_nonce};
use super::problem::BearerProblem;
use super::shown_token::shown;
use crate::App;

#[derive(Serialize)]
struct Told {
    /// Reports of this day and later are not counted.
    until: Date,
    reports: Vec<Count>,
}

#[derive(Serialize)]
struct Count {
    grievance: &'static str,
    times: i64,
    upheld: i64,
}

/// `GET /reports`, with a token of the client's own for `organisation:reports`
pub(crate) async fn show(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let (head, _) = request.into_parts();
    let answer = tell(&app, &head).await;
    with_nonce(&app, caller_proves, answer)
}

async fn tell(app: &App, head: &Parts) -> Result<Json<Told>, BearerProblem> {
    let (presented, carried) = shown(head)?;
    Ok(Json(app.platform().reports_told(presented, carried).await??.into()))
}

impl From<ReportsTold> for Told {
    fn from(told: ReportsTold) -> Self {
        let count = |ReportCount { grievance, times, upheld }| Count {
            grievance: grievance.as_str(),
            times,
            upheld,
        };
        Self { until: told.until, reports: told.counts.into_iter().map(count).collect() }
    }
}
