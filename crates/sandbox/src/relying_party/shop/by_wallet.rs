//! The shop's second way: a customer's wallet shows that they are eighteen, and the shop learns nothing to know them again by.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{AGE_OVER_18, Age, CHECK_AGE, say_sorry};
use crate::bounded::Bounded;
use crate::browser::new_name;
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::show;
use crate::relying_party::connection::{AskedWallet, Proved, Sentence};
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
    let asked = match party.connection().ask_wallet(CHECK_AGE.scopes, NOT_PASSED_ON).await {
        Ok(asked) => asked,
        Err(failure) => return say_sorry(&party, frame, Sorry::of(&failure)),
    };
    let link = asked.link.clone();
    let browser = party.browser(&headers).unwrap_or_else(new_name);
    till.lock().entry(&browser, Customer::default).asked = Some(asked);
    let phone = party.setup().phone.as_ref().and_then(|phone| phone.join("/answer").ok());
    let phone = phone.map(|mut phone| {
        let mut query = phone.query_pairs_mut();
        query.append_pair("link", &link).append_pair("lang", frame.language.tag());
        drop(query);
        phone.to_string()
    });
    let page = WalletPage { frame, link, phone };
    let mut response = show(&page, party.policy());
    party.name(&mut response, &browser);
    response
}

impl Till {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Bounded::new(MOST_CUSTOMERS))))
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
        response_code: String,
    ) -> Response {
        let browser = party.browser(headers);
        let asked = browser.as_ref().and_then(|browser| self.lock().get_mut(browser)?.asked.take());
        // Whoever brings a code here without having been asked here brings somebody else's.
        let Some((browser, asked)) = browser.zip(asked) else {
            return say_sorry(party, frame, Sorry::Lost);
        };
        match party.connection().hear_wallet(&asked, response_code).await {
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
