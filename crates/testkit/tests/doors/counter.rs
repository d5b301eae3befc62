//! Where one stands at a counter, with a sheet, and with a delegation.

use jiff::SignedDuration;
use rules::{DelegationScope, Scene};
use service::{DelegationOffer, PasskeyQuestion, World};
use wallet::{Sheet, SheetCode};
use yinzheng_testkit::{
    Authenticator, Holder, Officer,
    officer::{entry, number},
};

use crate::answer::Answer;
use crate::browser::{Browser, OFFICER, SCREEN, SESSION};
use crate::call::Call;
use crate::front::Front;

/// What everybody in town chooses.
const PASSCODE: &str = "20481357";

impl Front {
    fn at_work(&self, officer: &Officer) -> Browser {
        let sealed = self.town.platform.seal_officer_session(&officer.session).expect("sealed");
        Browser::default().holding(OFFICER, &sealed)
    }

    /// The honest call at a counter.
    pub(crate) async fn at_counter(&self, posts: bool, path: &'static str) -> Call {
        if matches!(path, "/counter/join" | "/counter/sign-in") {
            return self.becoming(posts, path).await;
        }
        let [mut chen, mut zhao] = self.town.counter().await;
        let mut browser = self.at_work(&chen);
        match path {
            "/counter/sign-out" => browser.form(self, "/counter", path).await,
            "/counter/enter" if posts => self.typed(&mut browser).await,
            "/counter/guardianship" if posts => {
                Box::pin(self.typed_guardianship(&mut browser)).await
            }
            "/counter/sign" => {
                let entered = self.typed(&mut browser).await;
                let review = browser.send(self, entered).await;
                review.let_in();
                browser.dress(answered(&mut chen.authenticator, &review, path, false))
            }
            "/counter/application" | "/counter/confirm" | "/counter/decline" => {
                let id = chen.enter(&self.town.adult()).await.expect("entered");
                let mut browser = self.at_work(&zhao);
                let page = format!("/counter/application?id={id}");
                if !posts {
                    return browser.dress(Call::get(page));
                }
                let shown = browser.open(self, &page).await;
                let form = match path {
                    "/counter/confirm" => answered(&mut zhao.authenticator, &shown, path, false),
                    _ => shown.form(path),
                };
                browser.dress(form)
            }
            "/counter/person" => {
                let id = chen.enter(&self.town.adult()).await.expect("entered");
                let handed = zhao.confirm(id).await.expect("confirmed");
                let mut browser = Browser::default().holding(SCREEN, &handed);
                if !posts {
                    return browser.dress(Call::get(path));
                }
                let form = browser.form(self, path, path).await;
                form.with("passcode", PASSCODE).with("repeat", PASSCODE)
            }
            _ => browser.dress(Call::get(path)),
        }
    }

    /// Somebody invited, or an officer who signs in.
    async fn becoming(&self, posts: bool, path: &'static str) -> Call {
        let mut browser = Browser::default();
        if path == "/counter/sign-in" {
            let mut officer = self.town.officer("Chen", "Riverside Hall").await;
            if !posts {
                return browser.dress(Call::get(path));
            }
            let shown = browser.open(self, path).await;
            return browser.dress(answered(&mut officer.authenticator, &shown, path, false));
        }
        // Each time another person: one person is one officer.
        let mut browser =
            Browser::signed_in(self, &Box::pin(self.town.adult().enrol()).await.session);
        let invited = self.town.platform.invite_officer("Chen", "Riverside Hall").await;
        let page = format!("{path}?invitation={}", invited.expect("invited").invitation);
        if !posts {
            return browser.dress(Call::get(page));
        }
        let shown = browser.open(self, &page).await;
        browser.dress(answered(&mut Authenticator::new(), &shown, path, true))
    }

    /// A resident's document, as an officer types it.
    async fn typed(&self, browser: &mut Browser) -> Call {
        let resident = self.town.adult();
        let identity = entry(&resident).identity;
        let document = identity.document();
        let valid_until = document.valid_until().map(|day| day.to_string());
        let form = browser.form(self, "/counter/enter", "/counter/enter").await;
        form.with("class", document.class().as_str())
            .with("number", document.number().as_str())
            .with("name", identity.name().as_str())
            .with("born", identity.born().to_string())
            .with("valid_until", valid_until.unwrap_or_default())
            .with("inspection", "original")
            .with("phone", resident.phone().as_str())
            .with("enrolment", "1")
            .with("sensitive", "1")
    }

    /// A guardianship, as an officer types it.
    async fn typed_guardianship(&self, browser: &mut Browser) -> Call {
        let path = "/counter/guardianship";
        let aunt = self.town.adult().enrol().await;
        let (guardian, child) = (number(&aunt.resident), number(self.child().await));
        let form = browser.form(self, path, path).await;
        form.with("act", "is_guardian")
            .with("guardian_class", guardian.class().as_str())
            .with("guardian_number", guardian.as_str())
            .with("child_class", child.class().as_str())
            .with("child_number", child.as_str())
            .with("paper", "court_order")
    }

    /// The honest call with a sheet or a delegation.
    pub(crate) async fn standing_in(&self, posts: bool, path: &'static str) -> Call {
        let mut mother = self.town.adult().enrol().await;
        mother.sign_in_with_passcode().await.expect("signed in");
        let mut browser = Browser::signed_in(self, &mother.session);
        if !posts && path != "/delegate" {
            return browser.dress(Call::get(path));
        }
        match path {
            "/me/sheet" => {
                let form = browser.form(self, path, path).await;
                let challenge = text(&form, "challenge");
                form.with("proof", self.paper().bind(&challenge))
            }
            "/sign-in/sheet" | "/me/sheet/revoke" => {
                let sheet = self.paper();
                let challenge = self.town.platform.challenge().expect("a challenge");
                let bound = sheet.bind(&challenge);
                let made = self.town.platform.make_sheet(&mother.session, &challenge, &bound);
                made.await.expect("made");
                if path == "/me/sheet/revoke" {
                    return browser.form(self, "/me/sheet", path).await;
                }
                let form = Browser::default().form(self, path, path).await;
                let challenge = text(&form, "challenge");
                form.with("proof", sheet.prove(&challenge)).with("passcode", PASSCODE)
            }
            "/me/delegations" => {
                let form = browser.form(self, path, path).await;
                let form = form.without("scene_register").without("scene_manage_membership");
                let form = form.without("scene_book_ticket").without("scene_insure");
                form.with("called", "Mei").with("days", "30").with("scene_log_in", "on")
            }
            _ => self.delegating(posts, path, &mother).await,
        }
    }

    /// Between a mother and her daughter.
    async fn delegating(&self, posts: bool, path: &'static str, mother: &Holder) -> Call {
        let platform = &self.town.platform;
        let mut daughter = self.town.adult().enrol().await;
        daughter.sign_in_with_passcode().await.expect("signed in");
        let scope = DelegationScope { scenes: vec![Scene::LogIn], organisations: Vec::new() };
        let called = "Mei".parse().expect("a name");
        let terms = DelegationOffer { scope, lasts: SignedDuration::from_hours(720), called };
        let offer = platform.offer_delegation(&mother.session, terms).await.expect("offered");
        let mut hers = Browser::signed_in(self, &daughter.session);
        if path == "/delegate" {
            let page = format!("{path}?offer={offer}");
            if !posts {
                return hers.dress(Call::get(page));
            }
            return hers.form(self, &page, path).await.with("called", "Mother");
        }
        let called = "Mother".parse().expect("a name");
        let id = platform.accept_delegation(&daughter.session, &offer, &called).await;
        let id = id.expect("accepted");
        let held = platform.delegations(&daughter.session).await.expect("held").held;
        let number = held[0].number.clone().expect("a number");
        let mut theirs = Browser::signed_in(self, &mother.session);
        if path == "/me/delegations/confirm" {
            let form = theirs.form(self, "/me/delegations", path).await;
            return form.with("number", number);
        }
        platform.confirm_delegation(&mother.session, id, &number).await.expect("confirmed");
        hers.form(self, "/me/delegations", path).await
    }

    pub(crate) fn paper(&self) -> Sheet {
        let world: &dyn World = &*self.town.world;
        SheetCode::from_secret(world.draw()).key(self.town.platform.issuer())
    }
}

/// The form on this page, with a passkey's answer to its question.
fn answered(key: &mut Authenticator, page: &Answer, action: &str, makes: bool) -> Call {
    let form = page.form(action);
    let question =
        PasskeyQuestion { options: page.attribute("data-options"), state: text(&form, "state") };
    let answer = if makes { key.make(&question) } else { key.answer(&question) };
    form.with("answer", answer)
}

fn text(form: &Call, name: &str) -> String {
    String::from_utf8(form.value(name).to_vec()).expect("text")
}

crate::told!(
    an_officers_cookie_opens_no_persons_page,
    a_persons_cookie_opens_no_counter,
    the_screen_handed_over_is_nobodys_session,
);

async fn an_officers_cookie_opens_no_persons_page(front: Front) {
    let officer = front.town.officer("Chen", "Riverside Hall").await;
    let sealed = front.town.platform.seal_officer_session(&officer.session).unwrap();
    for name in [SESSION, SCREEN] {
        let browser = Browser::default().holding(name, &sealed);
        for page in ["/me", "/me/sheet", "/me/delegations", "/me/export"] {
            let sent = front.send(&browser.dress(Call::get(page))).await;
            assert_eq!((sent.status, sent.location()), (303, "/sign-in?to=/me"), "{page}");
        }
    }
}

async fn a_persons_cookie_opens_no_counter(front: Front) {
    let li = front.li().await;
    let sealed = front.town.platform.seal_session(&li.session).unwrap();
    let browser = Browser::default().holding(OFFICER, &sealed).holding(SCREEN, &sealed);
    for page in ["/counter", "/counter/enter", "/counter/application?id=0"] {
        let sent = front.send(&browser.dress(Call::get(page))).await;
        assert_eq!((sent.status, sent.location()), (303, "/counter/sign-in"), "{page}");
    }
    front.refuses(&browser.dress(Call::get("/counter/person")), 404, "application_unknown").await;
}

async fn the_screen_handed_over_is_nobodys_session(front: Front) {
    let confirm = front.at_counter(true, "/counter/confirm").await;
    let mut browser = Browser::default();
    let answer = front.send(&confirm).await;
    assert_eq!(answer.location(), "/counter/person");
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        browser = browser.holding(name, value);
    }
    assert_eq!(browser.cookie(OFFICER), "", "the officer is signed out");
    let back = front.send(&browser.dress(Call::get("/counter"))).await;
    assert_eq!(back.location(), "/counter/sign-in");
    browser.open(&front, "/counter/person").await.let_in();
    // The same confirmation again finds nothing to confirm.
    front.refuses(&confirm, 404, "application_unknown").await;
}
