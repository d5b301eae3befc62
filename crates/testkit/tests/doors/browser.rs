//! A browser: it keeps cookies and sends forms back as it found them.

use std::collections::BTreeMap;

use axum::http::header;
use service::{EnrolmentToken, Session};

use crate::answer::Answer;
use crate::call::Call;
use crate::front::Front;

/// Names of the cookies.
pub(crate) const SESSION: &str = "__Host-yinzheng";
pub(crate) const ENROLMENT: &str = "__Host-yinzheng-enrolment";
pub(crate) const OFFICER: &str = "__Host-yinzheng-officer";
pub(crate) const SCREEN: &str = "__Host-yinzheng-counter";
pub(crate) const KNOWN: &str = "__Host-yinzheng-browser";

/// A cookie jar.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser in which somebody is signed in.
    pub(crate) fn signed_in(front: &Front, session: &Session) -> Self {
        let sealed = front.town.platform.seal_session(session).expect("sealed");
        Self::default().holding(SESSION, &sealed)
    }

    /// A browser in which somebody enrols.
    pub(crate) fn enrolling(token: &EnrolmentToken) -> Self {
        Self::default().holding(ENROLMENT, token.as_str())
    }

    /// The same with this cookie.
    #[must_use]
    pub(crate) fn holding(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// What a cookie holds.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> &str {
        self.cookies.get(name).unwrap_or_else(|| panic!("no cookie {name}"))
    }

    /// The call with this browser's cookies and no others.
    pub(crate) fn dress(&self, call: Call) -> Call {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        call.bare_of("cookie").header("cookie", cookies.collect::<Vec<_>>().join("; "))
    }

    /// Sends a call, and keeps the cookies that come back.
    pub(crate) async fn send(&mut self, front: &Front, call: Call) -> Answer {
        let answer = front.send(&self.dress(call)).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = cookie.split_once('=').expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, front: &Front, path: &str) -> Answer {
        self.send(front, Call::get(path)).await
    }

    /// The form on a page that is sent to `action`, as this browser would send it.
    pub(crate) async fn form(&mut self, front: &Front, page: &str, action: &str) -> Call {
        let form = self.open(front, page).await.form(action);
        self.dress(form)
    }
}
