//! `/enrol`: applying for a net number and a net certificate, one page a step.
//!
//! The browser holds the enrolment's token in a cookie; which step is due, the platform knows. Whatever was posted, the
//! answer is a redirect to the page of the step that is due, or that page with the reason why nothing moved.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, http::Uri};
use service::{Error, Step};

use super::page::Page;
use super::trouble::Trouble;
use crate::App;
use crate::http::problem::Problem;
use in_flight::InFlight;

mod carry;
mod chip;
mod declined;
mod device;
mod document;
mod guardian;
pub(super) mod in_flight;
mod issued;
pub(super) mod notice;
mod phone;
mod phone_code;
mod portrait;
pub(super) mod sensitive;
mod stage;
mod waiting;

/// What the tickets of these forms are for.
const PURPOSE: &str = "enrol";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/enrol", get(notice::show).post(notice::agree))
        .route("/enrol/sensitive", get(sensitive::show).post(sensitive::agree))
        .route("/enrol/document", get(show).post(document::read))
        .route("/enrol/chip", get(show).post(chip::answer))
        .route("/enrol/guardian", get(show).post(guardian::read))
        .route("/enrol/ask-guardian", post(waiting::ask))
        .route("/enrol/waiting", get(show))
        .route("/enrol/declined", get(show))
        .route("/enrol/carry", post(carry::show))
        .route("/enrol/continue", get(carry::offered).post(carry::take))
        .route("/enrol/portrait", get(show).post(portrait::choose))
        .route("/enrol/phone", get(show).post(phone::send))
        .route("/enrol/phone-code", get(show).post(phone_code::check))
        .route("/enrol/device", get(show).post(device::bind))
        .merge(portrait::pictures())
}

/// What the person typed and need not type again. Never a passcode.
#[derive(Default)]
struct Typed {
    phone: String,
    code: String,
}

/// `GET` of any step's page
async fn show(
    State(app): State<App>,
    page: Page,
    uri: Uri,
    InFlight(token): InFlight,
) -> Result<Response, Problem> {
    let step = app.platform().enrolment(&token).await?;
    if belongs(&uri, &step) {
        let step = shown(&uri, step);
        return draw(&app, &page, &InFlight(token), &step, None, Typed::default()).await;
    }
    Ok(Redirect::to(path(&step)).into_response())
}

/// Is this the page of the step? While a code is awaited, the phone number may be given again; while the guardian's
/// answer is, the guardian may come and sit down.
fn belongs(uri: &Uri, step: &Step) -> bool {
    let again = match step {
        Step::PhoneCode { .. } => uri.path() == path(&Step::Phone),
        Step::Waiting { .. } => uri.path() == GUARDIAN,
        _ => false,
    };
    again || uri.path() == path(step)
}

/// The step whose page is shown at this address.
fn shown(uri: &Uri, step: Step) -> Step {
    match step {
        Step::Waiting { challenge, .. } if uri.path() == GUARDIAN => Step::Guardian { challenge },
        _ if uri.path() == path(&Step::Phone) => Step::Phone,
        step => step,
    }
}

const GUARDIAN: &str = "/enrol/guardian";

/// After a step: the next one's page, or the one that is due with the reason.
async fn next(
    app: &App,
    page: &Page,
    enrolment: &InFlight,
    outcome: Result<Step, Error>,
    typed: Typed,
) -> Result<Response, Problem> {
    let problem = match outcome {
        Ok(step) => {
            let mut response = Redirect::to(path(&step)).into_response();
            if let (Step::Added, Some(cookie)) = (&step, in_flight::forget(app)) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return Ok(response);
        }
        Err(error) => Problem::from(error),
    };
    if problem.reference.is_some() {
        return Err(problem);
    }
    let step = app.platform().enrolment(&enrolment.0).await?;
    let trouble = Some(Trouble::new(page, &problem));
    let mut response = draw(app, page, enrolment, &step, trouble, typed).await?;
    *response.status_mut() = problem.status;
    Ok(response)
}

pub(super) fn path(step: &Step) -> &'static str {
    match step {
        Step::Holder { .. } | Step::Added => "/me/documents",
        Step::Document { .. } => "/enrol/document",
        Step::Chip { .. } => "/enrol/chip",
        Step::Guardian { .. } | Step::OwnCard { .. } => GUARDIAN,
        Step::Waiting { .. } => "/enrol/waiting",
        Step::Declined => "/enrol/declined",
        Step::Portrait => "/enrol/portrait",
        Step::Phone => "/enrol/phone",
        Step::PhoneCode { .. } => "/enrol/phone-code",
        Step::Device { .. } => "/enrol/device",
    }
}

async fn draw(
    app: &App,
    page: &Page,
    enrolment: &InFlight,
    step: &Step,
    trouble: Option<Trouble>,
    typed: Typed,
) -> Result<Response, Problem> {
    Ok(match step {
        // What a wallet began, or what is over: neither has a page here.
        Step::Holder { .. } | Step::Added => Redirect::to(path(step)).into_response(),
        Step::Document { challenge } => {
            let adding = app.platform().is_adding(&enrolment.0).await?;
            document::page(app, page, challenge, adding, trouble)
        }
        Step::Chip { question } => {
            let adding = app.platform().is_adding(&enrolment.0).await?;
            chip::page(app, page, question, adding, trouble)
        }
        Step::Guardian { challenge } => guardian::page(app, page, challenge, trouble),
        Step::OwnCard { challenge } => guardian::own_card(app, page, challenge, trouble),
        Step::Waiting { link, until, .. } => waiting::page(app, page, link, *until, trouble),
        Step::Declined => declined::page(page, trouble),
        Step::Portrait => portrait::page(app, page, enrolment, trouble).await?,
        Step::Phone => phone::page(page, typed.phone, trouble),
        Step::PhoneCode { phone_masked } => {
            phone_code::page(app, page, phone_masked, typed.code, trouble)
        }
        Step::Device { challenge } => {
            let for_child = app.platform().is_for_child(&enrolment.0).await?;
            device::page(app, page, challenge, for_child, trouble)
        }
    })
}
