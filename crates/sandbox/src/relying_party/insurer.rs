//! Anlan Insurance (安澜保险): an invented insurer. A law has it keep who is insured, so it asks for plain identity; the kiosk
//! in its hall and its counter ask on one device what a customer answers on their own phone.

mod elsewhere;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::Value;

use super::memory::{Account, Errand, Receipt};
use super::party::{Callback, Party, Sorry};
use super::{RelyingParty, Unusable};
use crate::cards::class_words;
use crate::language::Frame;
use crate::page::{show, show_with};

const COOKIE: &str = "insurer_session";
const INSURE: Errand = Errand {
    scopes: &["scene:insure", "plain:name", "plain:document_type", "plain:document_number"],
    item: None,
};

pub(super) fn router(party: RelyingParty) -> Result<Router, Unusable> {
    let routes = Router::new()
        .route("/", get(home))
        .route("/insure", get(insure))
        .route("/callback", get(callback))
        .route("/policy", get(policy))
        .route("/kiosk", post(elsewhere::kiosk))
        .route("/counter", get(elsewhere::counter).post(elsewhere::ask))
        .route("/asked/{id}", get(elsewhere::asked))
        .route("/other-way", get(other_way))
        .route("/logout", post(log_out))
        .route("/bye", get(bye));
    Ok(Party::new(party, COOKIE)?.finish_router(routes))
}

#[derive(Template)]
#[template(path = "insurer/home.html")]
struct HomePage {
    frame: Frame,
    account: Option<Account>,
}

async fn home(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    show(&HomePage { frame, account: party.account(&headers) }, party.policy())
}

async fn insure(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    match party.leave(&headers, &frame, INSURE).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

async fn callback(
    State(party): State<Party>,
    headers: HeaderMap,
    frame: Frame,
    Query(callback): Query<Callback>,
) -> Response {
    match party.come_back(&headers, callback).await {
        Ok(back) => party.send_on("/policy", &back),
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

#[derive(Template)]
#[template(path = "insurer/policy.html")]
struct PolicyPage {
    frame: Frame,
    receipt: Receipt,
    /// What was told in clear, by name; none if it was not told.
    plain: Vec<(&'static str, String)>,
}

async fn policy(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    let account = party.account(&headers);
    let Some(receipt) = account.and_then(|account| account.receipts.last().cloned()) else {
        return Redirect::to("/").into_response();
    };
    let plain = in_clear(&receipt, &frame);
    show(&PolicyPage { frame, receipt, plain }, party.policy())
}

/// What plain identity says, in the customer's words.
pub(super) fn in_clear(receipt: &Receipt, frame: &Frame) -> Vec<(&'static str, String)> {
    const NAMES: [(&str, (&str, &str)); 3] = [
        ("name", ("姓名", "Name")),
        ("document_type", ("证件类型", "Type of document")),
        ("document_number", ("证件号码", "Document number")),
    ];
    let told = receipt.told.plain.get("plain_identity");
    let says = |(claim, (zh, en))| {
        let text = told?.get(claim).and_then(Value::as_str)?;
        let class = text.parse().map(class_words);
        let text = class.map_or(text, |(zh, en)| frame.say(zh, en));
        Some((frame.say(zh, en), text.to_owned()))
    };
    NAMES.into_iter().filter_map(says).collect()
}

#[derive(Template)]
#[template(path = "insurer/other_way.html")]
struct OtherWayPage {
    frame: Frame,
}

async fn other_way(State(party): State<Party>, frame: Frame) -> Response {
    show(&OtherWayPage { frame }, party.policy())
}

#[derive(Template)]
#[template(path = "insurer/sorry.html")]
struct SorryPage {
    frame: Frame,
    sorry: Sorry,
}

fn say_sorry(party: &Party, frame: Frame, sorry: Sorry) -> Response {
    show_with(sorry.status(), &SorryPage { frame, sorry }, party.policy())
}

/// Signs out here, and has the platform sign out as well.
async fn log_out(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    let account = party.account(&headers);
    let here = party.sign_out(&headers);
    let hint =
        account.and_then(|account| account.receipts.last().map(|last| last.told.hint.clone()));
    let (Some(hint), Ok(farewell)) = (hint, party.setup().base_url.join("/bye")) else {
        return here.into_response();
    };
    match party.connection().way_out(&hint, &farewell, frame.language.tag()).await {
        Ok(there) => Redirect::to(there.as_str()).into_response(),
        Err(failure) => say_sorry(&party, frame, Sorry::of(&failure)),
    }
}

#[derive(Template)]
#[template(path = "insurer/bye.html")]
struct ByePage {
    frame: Frame,
}

async fn bye(State(party): State<Party>, frame: Frame) -> Response {
    show(&ByePage { frame }, party.policy())
}
