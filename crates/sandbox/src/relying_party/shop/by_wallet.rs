//! The shop's second way: a customer's wallet shows that they are eighteen, and the shop learns nothing to know them again by.
//!
//! The wallet is behind a link, on a telephone for instance; or the browser finds one, where it has the credential API.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use serde_json::Value;

use super::{AGE_OVER_18, Age, CHECK_AGE, say_sorry};
use crate::bounded::Bounded;
use crate::browser::new_name;
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::{Policy, show};
use crate::relying_party::connection::{AskedWallet, Brought, Proved, Sentence};
use crate::relying_party::party::{Party, Sorry};

/// What the customer says with the certificate, once for each errand.
const NOT_PASSED_ON: Sentence = Sentence {
    scene: "check_age",
    zh: "本人购买含酒精的商品，不转给未成年人。",
    en: "I am buying alcohol, and will not pass it on to anybody under age.",
};

/// Customers remembered at a time.
const MOST_CUSTOMERS: usize = 20_000;

/// Who stands at the till, by browser and by nothing else.
#[derive(Clone)]
pub(super) struct Till(Arc<Mutex<Bounded<Customer>>>);

#[derive(Default)]
struct Customer {
    /// The question that this browser's wallet was asked last.
    asked: Option<AskedWallet>,
    proof: Option<Proof>,
}

/// What the shop keeps of an answer.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    at: String,
    proved: Proved,
}

impl Proof {
    pub(super) fn age(&self) -> Age {
        Age::proved(self.proved.attributes.get(AGE_OVER_18).copied())
    }

    /// What the receipt says, one a line.
    fn receipt_lines(&self) -> Vec<(&str, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let claims = self.proved.receipt.iter();
        claims.map(|(name, value)| (name.as_str(), text(value))).collect()
    }
}

#[derive(Template)]
#[template(path = "shop/wallet.html")]
struct WalletPage {
    frame: Frame,
    link: String,
    phone: Option<String>,
}

#[derive(Template)]
#[template(path = "shop/in_browser.html")]
struct InBrowserPage {
    frame: Frame,
    request: String,
}

/// What the page's script sends: the answer that the browser handed it.
#[derive(Deserialize)]
pub(super) struct InBrowser {
    answer: String,
}

#[derive(Template)]
#[template(path = "shop/wallet_result.html")]
pub(super) struct WalletResultPage {
    pub(super) frame: Frame,
    pub(super) age: Age,
    pub(super) proof: Proof,
}

impl WalletResultPage {
    /// What the customer agreed to.
    fn agreed(&self) -> &'static str {
        self.frame.say(NOT_PASSED_ON.zh, NOT_PASSED_ON.en)
    }
}

/// `GET /wallet`: starts a question, and shows where it can be opened.
pub(super) async fn ask(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    let asked = party.connection().ask_wallet(CHECK_AGE.scopes, NOT_PASSED_ON).await;
    let (asked, link) = match asked {
        Ok(asked) => asked,
        Err(failure) => return say_sorry(&party, frame, Sorry::of(&failure)),
    };
    let phone = party.setup().phone.as_ref().and_then(|phone| phone.join("/answer").ok());
    let phone = phone.map(|mut phone| {
        let mut query = phone.query_pairs_mut();
        query.append_pair("link", &link).append_pair("lang", frame.language.tag());
        drop(query);
        phone.to_string()
    });
    till.remember(&party, &headers, asked, &WalletPage { frame, link, phone })
}

/// `GET /in-browser`: starts a question that the page itself asks.
pub(super) async fn ask_here(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    let asked = party.connection().ask_browser(CHECK_AGE.scopes, NOT_PASSED_ON).await;
    match asked {
        Ok((asked, request)) => {
            till.remember(&party, &headers, asked, &InBrowserPage { frame, request })
        }
        Err(failure) => say_sorry(&party, frame, Sorry::of(&failure)),
    }
}

/// `POST /in-browser`: the page brings what the wallet answered.
pub(super) async fn answered_here(
    State(party): State<Party>,
    Extension(till): Extension<Till>,
    headers: HeaderMap,
    frame: Frame,
    Form(InBrowser { answer }): Form<InBrowser>,
) -> Response {
    till.take_back(&party, &headers, frame, Brought::Answer(answer)).await
}

/// `GET /in-browser.js`
pub(super) async fn script() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "max-age=60"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../../assets/in_browser.js"))
}

impl Till {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Bounded::new(MOST_CUSTOMERS))))
    }

    /// The page on which a question stands, for the browser that is remembered with it.
    fn remember(
        &self,
        party: &Party,
        headers: &HeaderMap,
        asked: AskedWallet,
        page: &impl Template,
    ) -> Response {
        let browser = party.browser(headers).unwrap_or_else(new_name);
        self.lock().entry(&browser, Customer::default).asked = Some(asked);
        let mut response = show(page, &Policy::with_own_script());
        party.name(&mut response, &browser);
        response
    }

    /// What this browser's wallet showed.
    pub(super) fn proof(&self, browser: Option<String>) -> Option<Proof> {
        self.lock().get(&browser?)?.proof.clone()
    }

    /// Forgets it.
    pub(super) fn forget(&self, browser: Option<String>) {
        let Some(browser) = browser else { return };
        if let Some(customer) = self.lock().get_mut(&browser) {
            *customer = Customer::default();
        }
    }

    /// A browser comes back from its wallet.
    pub(super) async fn take_back(
        &self,
        party: &Party,
        headers: &HeaderMap,
        frame: Frame,
        brought: Brought,
    ) -> Response {
        let browser = party.browser(headers);
        let asked = browser.as_ref().and_then(|browser| self.lock().get_mut(browser)?.asked.take());
        // Whoever brings a code here without having been asked here brings somebody else's.
        let Some((browser, asked)) = browser.zip(asked) else {
            return say_sorry(party, frame, Sorry::Lost);
        };
        match party.connection().hear_wallet(&asked, brought).await {
            Ok(proved) => {
                let at = Clock::readable(party.setup().clock.now());
                let proof = Some(Proof { at, proved });
                self.lock().entry(&browser, Customer::default).proof = proof;
                Redirect::to("/result").into_response()
            }
            Err(failure) => say_sorry(party, frame, Sorry::heard(&failure)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Bounded<Customer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
