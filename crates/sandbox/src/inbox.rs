//! The sandbox inbox: takes the platform's text messages and shows them to whoever looks, instead of sending them.

mod about;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use formats::Secret;
use formats::mac::same;
use jiff::Timestamp;
use rules::PhoneNumber;
use serde::{Deserialize, Serialize};

use self::about::About;
use crate::bounded::Bounded;
use crate::clock::Clock;
use crate::language::{self, Frame};
use crate::page::{self, Policy, Problem, show};
use crate::prove::{MALFORMED, NOT_LET_IN, bearer};

/// Messages kept for one number.
const KEPT_PER_NUMBER: usize = 50;
/// Numbers kept: more than the sandbox has people.
const KEPT_NUMBERS: usize = 20_000;
/// Numbers shown to a visitor who does not know one.
const RECENT_NUMBERS: usize = 12;
/// A text message is short.
const LONGEST_BODY: usize = 4 * 1024;

/// The inbox. Cloning shares it.
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    bearer_token: Secret<String>,
    clock: Clock,
    mail: Mutex<Mail>,
}

struct Mail {
    by_number: Bounded<VecDeque<Message>>,
    recent: VecDeque<String>,
}

/// What the platform sends; the words are ours, by template.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
enum Letter {
    PhoneCode { code: String, minutes: u8 },
    CertificateReplaced { link: String, hours: u64 },
    PhoneChanged { link: String, hours: u64 },
    ReissueCut { link: String, hours: u64 },
    Told { about: About, link: String },
}

#[derive(Debug, Deserialize)]
struct Posted {
    to: String,
    #[serde(flatten)]
    letter: Letter,
}

/// A message as it is kept and shown.
#[derive(Clone, Debug, Serialize)]
struct Message {
    at: String,
    #[serde(skip)]
    readable: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    zh: String,
    en: String,
}

impl Letter {
    fn received(self, at: Timestamp) -> Message {
        let (zh, en) = self.words();
        let (code, link) = match self {
            Self::PhoneCode { code, .. } => (Some(code), None),
            Self::CertificateReplaced { link, .. }
            | Self::PhoneChanged { link, .. }
            | Self::ReissueCut { link, .. }
            | Self::Told { link, .. } => (None, Some(link)),
        };
        Message { at: at.to_string(), readable: Clock::readable(at), code, link, zh, en }
    }

    /// The message in Chinese and in English.
    fn words(&self) -> (String, String) {
        match self {
            Self::PhoneCode { code, minutes } => (
                format!("【隐证】验证码 {code}，{minutes} 分钟内有效。请勿告诉任何人。"),
                format!(
                    "[Yinzheng] Your code is {code}. It is good for {minutes} minutes. Tell it to nobody."
                ),
            ),
            Self::CertificateReplaced { link, hours } => (
                format!(
                    "【隐证】您的网证刚刚在另一台设备上重新签发。如果不是您本人，请在 {hours} 小时内打开链接，一键停用：{link}"
                ),
                format!(
                    "[Yinzheng] Your net certificate was just issued anew, on another device. If that was not you, open this link within {hours} hours and stop it with one tap: {link}"
                ),
            ),
            Self::PhoneChanged { link, hours } => (
                format!(
                    "【隐证】您的手机号码刚刚被更换。如果不是您本人，请在 {hours} 小时内打开链接，一键停用网证并恢复原号码：{link}"
                ),
                format!(
                    "[Yinzheng] Your phone number was just changed. If that was not you, open this link within {hours} hours: one tap stops your net certificate and brings the old number back. {link}"
                ),
            ),
            Self::ReissueCut { link, hours } => (
                format!(
                    "【隐证】刚才有人用您的证件重新申领网证，但没有完成，未签发任何网证；留下的手机号可能不是您的。如果不是您本人，请在 {hours} 小时内打开链接恢复原号码：{link}"
                ),
                format!(
                    "[Yinzheng] Somebody just proved your identity anew and stopped half-way. Nothing was issued, but another phone number may have been left. If that was not you, bring your number back within {hours} hours: {link}"
                ),
            ),
            Self::Told { about, link } => about.words(link),
        }
    }
}

impl Inbox {
    /// An empty inbox that takes messages from whoever shows `bearer_token`.
    pub fn new(bearer_token: Secret<String>, clock: Clock) -> Self {
        let mail = Mail { by_number: Bounded::new(KEPT_NUMBERS), recent: VecDeque::new() };
        Self(Arc::new(Inner { bearer_token, clock, mail: Mutex::new(mail) }))
    }

    /// Its page and its interface.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(|| async { Redirect::to("/inbox") }))
            .route("/inbox", get(inbox))
            .route("/messages", post(take))
            .route("/api/inbox", get(read))
            .route("/style.css", get(page::style))
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .layer(from_fn(language::remember))
            .with_state(self.clone())
    }

    fn mail(&self) -> MutexGuard<'_, Mail> {
        self.0.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Newest first.
    fn messages(&self, phone: &PhoneNumber) -> Vec<Message> {
        let mail = self.mail();
        mail.by_number
            .get(phone.as_str())
            .map(|all| all.iter().rev().cloned().collect())
            .unwrap_or_default()
    }
}

impl Mail {
    fn put(&mut self, phone: &PhoneNumber, message: Message) {
        let phone = phone.as_str();
        self.recent.retain(|other| other != phone);
        self.recent.push_front(phone.to_owned());
        self.recent.truncate(RECENT_NUMBERS);
        let messages = self.by_number.entry(phone, VecDeque::new);
        messages.push_back(message);
        if messages.len() > KEPT_PER_NUMBER {
            messages.pop_front();
        }
    }
}

/// `POST /messages`
async fn take(
    State(inbox): State<Inbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let let_in = |token: &str| same(token.as_bytes(), inbox.0.bearer_token.expose().as_bytes());
    if !bearer(&headers).is_some_and(let_in) {
        return Err(NOT_LET_IN);
    }
    let posted: Posted = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    let phone: PhoneNumber = posted.to.parse().map_err(|_| MALFORMED)?;
    let message = posted.letter.received(inbox.0.clock.now());
    inbox.mail().put(&phone, message);
    Ok(StatusCode::ACCEPTED)
}

#[derive(Debug, Deserialize)]
struct Looking {
    #[serde(default)]
    phone: String,
}

/// `GET /api/inbox?phone=…`, newest first.
async fn read(
    State(inbox): State<Inbox>,
    Query(looking): Query<Looking>,
) -> Result<Json<Vec<Message>>, Problem> {
    let phone: PhoneNumber = looking.phone.parse().map_err(|_| MALFORMED)?;
    Ok(Json(inbox.messages(&phone)))
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct InboxPage {
    frame: Frame,
    phone: String,
    known: bool,
    messages: Vec<Message>,
    latest_code: Option<String>,
    recent: Vec<String>,
}

/// `GET /inbox?phone=…`
async fn inbox(
    State(inbox): State<Inbox>,
    frame: Frame,
    Query(looking): Query<Looking>,
) -> Response {
    let phone = looking.phone.parse::<PhoneNumber>().ok();
    let messages = phone.as_ref().map(|phone| inbox.messages(phone)).unwrap_or_default();
    let page = InboxPage {
        frame,
        known: phone.is_some(),
        latest_code: messages.iter().find_map(|message| message.code.clone()),
        messages,
        phone: phone.map_or(looking.phone, |phone| phone.as_str().to_owned()),
        recent: inbox.mail().recent.iter().cloned().collect(),
    };
    show(&page, &Policy::home_only())
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbox")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::calls::{get, post_json};

    fn empty() -> Router {
        let clock = Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap());
        Inbox::new(Secret::new("carrier".to_owned()), clock).router()
    }

    fn code(to: &str, code: &str) -> serde_json::Value {
        json!({"to": to, "template": "phone_code", "code": code, "minutes": 5})
    }

    #[tokio::test]
    async fn what_was_sent_to_a_number_is_there_newest_first() {
        let router = empty();
        for number in 0..60 {
            let letter = code("16000000001", &format!("1000{number:02}"));
            assert_eq!(post_json(&router, "/messages", Some("carrier"), &letter).await.status, 202);
        }
        let messages = get(&router, "/api/inbox?phone=160%200000%200001").await.json();
        assert_eq!(messages.as_array().unwrap().len(), KEPT_PER_NUMBER);
        assert_eq!(messages[0]["code"], "100059");
        assert_eq!(get(&router, "/api/inbox?phone=16000000002").await.json(), json!([]));
        let page = get(&router, "/inbox?phone=16000000001&lang=en").await;
        assert!(page.body.contains(r#"id="latest-code">100059<"#), "{}", page.body);
        let anybody = get(&router, "/inbox").await;
        assert!(anybody.body.contains("phone=16000000001"));
    }

    #[tokio::test]
    async fn every_kind_is_said_in_both_languages_with_its_link() {
        let router = empty();
        let link = "https://id.example/lock/AAAAAAAAAAAAAAAAAAAAAA";
        for template in ["certificate_replaced", "phone_changed", "reissue_cut"] {
            let letter =
                json!({"to": "16000000001", "template": template, "link": link, "hours": 72});
            assert_eq!(post_json(&router, "/messages", Some("carrier"), &letter).await.status, 202);
            let messages = get(&router, "/api/inbox?phone=16000000001").await.json();
            assert_eq!(messages[0]["link"], link);
            for language in ["zh", "en"] {
                let words = messages[0][language].as_str().unwrap();
                assert!(words.contains(link) && words.contains("72"), "{words}");
                let page = format!("/inbox?phone=16000000001&lang={language}");
                let page = get(&router, &page).await.body;
                assert!(page.contains(&format!(r#"href="{link}""#)), "{page}");
            }
        }
        for about in About::ALL {
            let letter =
                json!({"to": "16000000001", "template": "told", "about": about, "link": link});
            assert_eq!(post_json(&router, "/messages", Some("carrier"), &letter).await.status, 202);
            let messages = get(&router, "/api/inbox?phone=16000000001").await.json();
            for language in ["zh", "en"] {
                assert!(messages[0][language].as_str().unwrap().contains(link), "{about}");
            }
        }
        let bare = json!({"to": "16000000001", "template": "phone_changed", "hours": 72});
        assert_eq!(post_json(&router, "/messages", Some("carrier"), &bare).await.status, 400);
    }

    #[tokio::test]
    async fn only_the_platform_sends_and_only_in_form() {
        let router = empty();
        let letter = code("16000000001", "123456");
        assert_eq!(post_json(&router, "/messages", Some("other"), &letter).await.status, 401);
        for bad in
            [code("123", "1"), json!({"to": "16000000001", "template": "advertisement"}), json!([])]
        {
            assert_eq!(post_json(&router, "/messages", Some("carrier"), &bad).await.status, 400);
        }
        assert_eq!(get(&router, "/api/inbox?phone=16000000001").await.json(), json!([]));
    }
}
