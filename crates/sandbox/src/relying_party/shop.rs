//! Xiaoman Shop (小满商店): an invented shop that must know whether a customer is eighteen, and nothing else.

mod by_wallet;

use askama::Template;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use super::connection::Brought;
use super::memory::{Account, Errand, Receipt};
use super::party::{Callback, Party, Sorry};
use super::{RelyingParty, Unusable};
use crate::language::Frame;
use crate::page::{show, show_with};
use by_wallet::{Till, WalletResultPage};

const COOKIE: &str = "shop_session";
const CHECK_AGE: Errand = Errand { scopes: &["scene:check_age", AGE_OVER_18], item: None };
const AGE_OVER_18: &str = "age_over_18";

/// The longest form with a wallet's answer in it: some presentations, encrypted.
const LONGEST_ANSWER: usize = 64 * 1024;

pub(super) fn router(party: RelyingParty) -> Result<Router, Unusable> {
    let in_browser = get(by_wallet::ask_here).post(by_wallet::answered_here);
    let in_browser = in_browser.layer(DefaultBodyLimit::max(LONGEST_ANSWER));
    let routes = Router::new()
        .route("/", get(home))
        .route("/check", get(check))
        .route("/wallet", get(by_wallet::ask))
        .route("/in-browser", in_browser)
        .route("/in-browser.js", get(by_wallet::script))
        .route("/callback", get(callback))
        .route("/result", get(result))
        .route("/known", get(known))
        .route("/counter", get(counter))
        .route("/logout", post(log_out))
        .layer(Extension(Till::new()));
    Ok(Party::new(party, COOKIE)?.finish_router(routes))
}

/// A bottle on the shelf.
struct Bottle {
    name: (&'static str, &'static str),
    words: (&'static str, &'static str),
    yuan: u16,
    colour: &'static str,
}

const BOTTLES: &[Bottle] = &[
    Bottle {
        name: ("青梅酒", "Green plum wine"),
        words: ("江南青梅，浸泡一年", "Southern plums, steeped for a year"),
        yuan: 128,
        colour: "plum",
    },
    Bottle {
        name: ("桂花米酿", "Osmanthus rice wine"),
        words: ("低度微甜，八月桂香", "Light and a little sweet"),
        yuan: 68,
        colour: "rice",
    },
    Bottle {
        name: ("十年黄酒", "Ten-year yellow wine"),
        words: ("陶坛陈放，温饮为宜", "Aged in clay; drink it warm"),
        yuan: 238,
        colour: "amber",
    },
    Bottle {
        name: ("山葡萄酒", "Wild grape wine"),
        words: ("长白山野果，果味浓郁", "From wild grapes of the north"),
        yuan: 156,
        colour: "grape",
    },
];

/// What the shop decides from the one answer it gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Age {
    Unknown,
    Allowed,
    Refused,
}

impl Age {
    fn proved(yes: Option<bool>) -> Self {
        if yes == Some(true) { Self::Allowed } else { Self::Refused }
    }

    fn of(account: Option<&Account>) -> Self {
        match account
            .and_then(|account| account.receipts.last())
            .map(|receipt| receipt.yes_or_no(AGE_OVER_18))
        {
            None => Self::Unknown,
            Some(yes) => Self::proved(yes),
        }
    }
}

#[derive(Template)]
#[template(path = "shop/home.html")]
struct HomePage {
    frame: Frame,
    age: Age,
    bottles: &'static [Bottle],
}

async fn home(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    let by_wallet = till.proof(party.browser(&headers)).map(|proof| proof.age());
    let age = by_wallet.unwrap_or_else(|| Age::of(party.account(&headers).as_ref()));
    show(&HomePage { frame, age, bottles: BOTTLES }, party.policy())
}

async fn check(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    match party.leave(&headers, &frame, CHECK_AGE).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

async fn callback(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
    Query(callback): Query<Callback>,
) -> Response {
    if let Some(code) = callback.response_code {
        return till.take_back(&party, &headers, frame, Brought::Code(code)).await;
    }
    till.forget(party.browser(&headers));
    match party.come_back(&headers, callback).await {
        Ok(back) => party.send_on("/result", &back),
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

#[derive(Template)]
#[template(path = "shop/result.html")]
struct ResultPage {
    frame: Frame,
    age: Age,
    customer: Account,
    receipt: Receipt,
}

async fn result(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    if let Some(proof) = till.proof(party.browser(&headers)) {
        return show(&WalletResultPage { frame, age: proof.age(), proof }, party.policy());
    }
    let account = party.account(&headers);
    let age = Age::of(account.as_ref());
    let Some((customer, receipt)) = account.and_then(|account| {
        let last = account.receipts.last().cloned()?;
        Some((account, last))
    }) else {
        return Redirect::to("/").into_response();
    };
    show(&ResultPage { frame, age, customer, receipt }, party.policy())
}

#[derive(Template)]
#[template(path = "shop/known.html")]
struct KnownPage {
    frame: Frame,
    account: Option<Account>,
    receipts: Vec<Receipt>,
}

async fn known(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    let account = party.account(&headers);
    let receipts = account.as_ref().map(Account::newest_first).unwrap_or_default();
    show(&KnownPage { frame, account, receipts }, party.policy())
}

#[derive(Template)]
#[template(path = "shop/counter.html")]
struct CounterPage {
    frame: Frame,
}

async fn counter(State(party): State<Party>, frame: Frame) -> Response {
    show(&CounterPage { frame }, party.policy())
}

#[derive(Template)]
#[template(path = "shop/sorry.html")]
struct SorryPage {
    frame: Frame,
    sorry: Sorry,
}

fn say_sorry(party: &Party, frame: Frame, sorry: Sorry) -> Response {
    show_with(sorry.status(), &SorryPage { frame, sorry }, party.policy())
}

async fn log_out(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
) -> Redirect {
    till.forget(party.browser(&headers));
    party.sign_out(&headers)
}
