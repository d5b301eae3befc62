//! The front of a town: the real router over its platform, called without a network.

use std::collections::BTreeSet;
use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use protocol::oauth::{ClientMetadata, GrantType, Profile};
use server::config::Config;
use server::{App, Peer, Setup, Tour};
use tokio::sync::OnceCell;
use tower::ServiceExt;
use yinzheng_testkit::{Application, Census, Holder, Resident, Town};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::Call;
use crate::family::Family;
use crate::party::{self, Code, Party};
use protocol::issuance::wallet::KnownWallets;

/// Where the sandbox would be; nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9/";

/// Where everybody comes from, unless it matters.
pub(crate) const HOME: &str = "198.51.100.77";

/// A town with its front open.
pub(crate) struct Front {
    pub(crate) town: Town,
    pub(crate) router: Router,
    /// The one that signs and the one that has a password.
    pub(crate) parties: [Party; 2],
    own: OnceCell<Application>,
    pub(crate) people: People,
    /// What was said in every field, query, cookie and credential, in either direction.
    pub(crate) said: Mutex<BTreeSet<String>>,
}

/// Those who live here and are met again: enrolling takes a while.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) family: OnceCell<Family>,
    li: OnceCell<Holder>,
    wang: OnceCell<Holder>,
    locked: OnceCell<Holder>,
    minor: OnceCell<Resident>,
}

impl Front {
    /// Opens the front to everybody, as often as they come.
    pub(crate) async fn open(town: Town) -> Self {
        Self::with_limits(town, &["pages", "clients"].map(unlimited).concat()).await
    }

    /// The same with lines of the configuration's `[limits]`.
    pub(crate) async fn with_limits(town: Town, limits: &str) -> Self {
        let router = router(&town, limits);
        let (parties, people) = (party::admit(&town).await, People::default());
        let own = OnceCell::new();
        Self { town, router, parties, own, people, said: Mutex::default() }
    }

    /// The same, whose operator knows these wallets.
    pub(crate) fn knowing(self, wallets: KnownWallets) -> Self {
        let town = self.town.knowing(wallets);
        self.over(town)
    }

    /// The same, which signs so many credentials in a second and no more.
    pub(crate) fn signing(self, credentials_per_second: u32) -> Self {
        let town = self.town.signing(credentials_per_second);
        self.over(town)
    }

    fn over(self, town: Town) -> Self {
        let router = router(&town, &["pages", "clients"].map(unlimited).concat());
        Self { town, router, ..self }
    }

    /// Sends a call; whatever comes back is sound.
    pub(crate) async fn send(&self, call: &Call) -> Answer {
        self.send_from(HOME, call).await
    }

    /// The same from an address.
    pub(crate) async fn send_from(&self, address: &str, call: &Call) -> Answer {
        let answer = self.ask_from(address, call.request()).await;
        let mut said = self.said.lock().expect("whole");
        said.extend(call.said());
        said.extend(answer.said());
        drop(said);
        answer
    }

    /// Sends a request as it is.
    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        self.ask_from(HOME, request).await
    }

    async fn ask_from(&self, address: &str, mut request: Request<Body>) -> Answer {
        let to = format!("{} {}", request.method(), request.uri().path());
        request.extensions_mut().insert(Peer(address.parse().expect("an address")));
        let response = self.router.clone().oneshot(request).await.expect("answered");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("a body");
        let body = String::from_utf8(body.into()).expect("text");
        let answer = Answer { to, status: parts.status.as_u16(), headers: parts.headers, body };
        answer.is_sound();
        answer
    }

    /// Every row of both databases.
    pub(crate) async fn census(&self) -> Census {
        self.town.census().await
    }

    /// Must be refused in this way, and change nothing at all.
    pub(crate) async fn refuses(&self, call: &Call, status: u16, code: &str) {
        self.refuses_counting(call, status, code, &[]).await;
    }

    /// Must be refused in this way, and change nothing but guards and counters in these tables.
    pub(crate) async fn refuses_counting(
        &self,
        call: &Call,
        status: u16,
        code: &str,
        counting: &[&str],
    ) {
        let before = self.census().await;
        self.send(call).await.refused(status, code);
        only_counted(&before, &self.census().await, counting, &format!("{call:?}"));
    }

    /// Somebody with a certificate, a session, and a consent to the party that signs.
    pub(crate) async fn li(&self) -> &Holder {
        let enrol = async || {
            let li = self.town.adult().enrol().await;
            self.code(&li, &self.parties[0]).await;
            li
        };
        self.people.li.get_or_init(enrol).await
    }

    /// Somebody else, who has agreed to the same.
    pub(crate) async fn wang(&self) -> &Holder {
        let enrol = async || {
            let wang = self.town.adult().enrol().await;
            self.code(&wang, &self.parties[0]).await;
            wang
        };
        self.people.wang.get_or_init(enrol).await
    }

    /// Somebody whose certificate is locked.
    pub(crate) async fn locked(&self) -> &Holder {
        let enrol = async || {
            let holder = self.town.adult().enrol().await;
            holder.lock().await.expect("locked");
            holder
        };
        self.people.locked.get_or_init(enrol).await
    }

    /// A minor whose guardian has a certificate.
    pub(crate) async fn minor(&self) -> &Resident {
        let meet = async || {
            let minor = self.town.aged(16);
            minor.guardian().enrol().await;
            minor
        };
        self.people.minor.get_or_init(meet).await
    }

    /// A code for a party, agreed to on the page where it is asked.
    pub(crate) async fn code(&self, holder: &Holder, party: &Party) -> Code {
        let mut browser = Browser::signed_in(self, &holder.session);
        let (question, verifier) = party.question(&self.town);
        let mut answer = browser.open(self, &format!("/authorize?{}", question.form())).await;
        if answer.status == 200 {
            let form = answer.form("/authorize/decision").with("decision", "approve");
            answer = browser.send(self, form).await;
        }
        Code { text: answer.says("code"), verifier }
    }

    /// A token of a relying party's own.
    pub(crate) async fn own_token(&self) -> String {
        let own = ClientMetadata {
            grant_types: vec![GrantType::ClientCredentials],
            ..ClientMetadata::default()
        };
        let admitted =
            async || self.town.admit_signing("own", Profile::OpenId, own).await.expect("admitted");
        let party = self.own.get_or_init(admitted).await;
        let call = self.town.asking_for_itself(party);
        self.town.own_token(&call).await.expect("a token").access_token().to_owned()
    }

    /// An access token of a holder at a party.
    pub(crate) async fn access_token(&self, holder: &Holder, party: &Party) -> String {
        let code = self.code(holder, party).await;
        let answer = self.send(&party.redeems(&self.town, &code)).await;
        let answer: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        answer["access_token"].as_str().expect("an access token").to_owned()
    }
}

/// Lines of the configuration that let as many requests in as there are.
fn unlimited(what: &str) -> String {
    format!("{what}_per_second = 1_000_000\n{what}_burst = 1_000_000\n")
}

/// Nothing is otherwise than it was, but in these tables.
#[track_caller]
pub(crate) fn only_counted(before: &Census, now: &Census, counting: &[&str], what: &str) {
    let changed = now.changed_since(before);
    assert!(changed.iter().all(|table| counting.contains(table)), "{what} changed {changed:?}");
}

/// The router over a town's platform.
pub(crate) fn router(town: &Town, limits: &str) -> Router {
    let text = format!(
        "profile = 'sandbox'\nissuer = '{}'\n[registry]\nurl = '{NOWHERE}'\n[messages]\nurl = '{NOWHERE}'\n\
             [limits]\n{limits}",
        town.platform.issuer().as_str()
    );
    let config: Config = text.parse().expect("a configuration");
    let [cards, inbox, airline, shop, insurer, hotel, museum, phone] =
        [NOWHERE; 8].map(str::to_owned);
    let setup = Setup {
        profile: config.profile,
        operator: config.operator,
        limits: config.limits,
        ticket_key: formats::Secret::new([7; 32]),
        tour: Some(Tour { cards, inbox, airline, shop, insurer, hotel, museum, phone }),
    };
    server::router(App::new(town.platform.clone(), setup))
}
