//! Codes that televisions show: guessed, stolen, answered by somebody else, heard by somebody else, heard twice.

use serde_json::Value;
use yinzheng_testkit::Holder;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::party::Party;
use crate::stand::counting;

crate::told!(
    nobody_guesses_a_code,
    a_code_lies_before_one_person_only,
    no_number_no_approval,
    nobody_hears_anothers_answer,
    another_sessions_page_answers_nothing,
    a_backchannel_refusal_has_its_status,
);

/// What a television was told.
pub(crate) struct Asked {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    pub(crate) picture: String,
}

impl Front {
    /// A call to what stands between two devices.
    pub(crate) async fn knocking(&self, posts: bool, path: &'static str) -> Call {
        match path {
            "/device_authorization" => return self.asks_by_device(&self.parties[0]),
            "/backchannel-authentication" => {
                let holder = Box::pin(self.town.adult().enrol()).await;
                return Box::pin(self.calls(&holder)).await;
            }
            path if path.starts_with("/me/asked") => return Box::pin(self.asked(path)).await,
            path if path != "/device" => return Box::pin(self.beside_a_phone(posts, path)).await,
            _ => {}
        }
        if !posts {
            return Browser::signed_in(self, &self.li().await.session).dress(Call::get(path));
        }
        // Each time somebody else: a person types so many codes an hour.
        let holder = Box::pin(self.town.adult().enrol()).await;
        let asked = Box::pin(self.television()).await;
        Box::pin(self.types(&holder, &asked.user_code)).await
    }

    fn asks_by_device(&self, party: &Party) -> Call {
        let call = Call::post("/device_authorization").with("scope", "openid scene:log_in");
        party.prove(&self.town, call)
    }

    /// A television of the kiosk asks.
    pub(crate) async fn television(&self) -> Asked {
        let answer = self.send(&self.asks_by_device(&self.parties[1])).await;
        let said: Value = serde_json::from_str(&answer.body).expect("JSON");
        let text = |name: &str| said[name].as_str().expect("text").to_owned();
        Asked {
            device_code: text("device_code"),
            user_code: text("user_code"),
            picture: text("verification_uri_complete"),
        }
    }

    /// Somebody who is signed in types a code.
    async fn types(&self, holder: &Holder, code: &str) -> Call {
        let mut browser = Browser::signed_in(self, &holder.session);
        browser.form(self, "/device", "/device").await.with("code", code)
    }

    /// The page of approval behind a code, as a form.
    async fn approves(&self, holder: &Holder, code: &str) -> Call {
        let to = self.send(&self.types(holder, code).await).await.location().to_owned();
        let mut browser = Browser::signed_in(self, &holder.session);
        let form = browser.form(self, &to, "/authorize/decision").await;
        form.with("decision", "approve")
    }

    /// The harbour asks somebody who read a code out.
    async fn calls(&self, holder: &Holder) -> Call {
        let code = self.town.platform.draw_reach_code(&holder.session).await.expect("a code").code;
        let call = Call::post("/backchannel-authentication")
            .with("scope", "openid scene:log_in")
            .with("login_hint", code);
        self.parties[0].prove(&self.town, call)
    }

    /// A form on the page of what is asked; each time somebody else, who is asked so often an hour.
    async fn asked(&self, path: &'static str) -> Call {
        let holder = Box::pin(self.town.adult().enrol()).await;
        let mut browser = Browser::signed_in(self, &holder.session);
        if path == "/me/asked/code" {
            return browser.form(self, "/me/asked", path).await;
        }
        let call = Box::pin(self.calls(&holder)).await;
        self.send(&call).await.let_in();
        if path == "/me/asked/welcome" {
            let away = browser.form(self, "/me/asked", "/me/asked/turn-away").await;
            browser.send(self, away).await.let_in();
        }
        browser.form(self, "/me/asked", path).await
    }

    /// At the computer, and at the phone that looks at it.
    async fn beside_a_phone(&self, posts: bool, path: &'static str) -> Call {
        let (question, _) = self.parties[0].question(&self.town);
        let mut browser = Browser::default();
        if path == "/scan" {
            let scan = format!("/scan?f={}", Box::pin(self.frame()).await);
            return if posts {
                browser.form(self, &scan, path).await
            } else {
                browser.dress(Call::get(scan))
            };
        }
        let page = format!("/authorize?{}", question.form());
        let begin = browser.form(self, &page, "/authorize/other-device").await;
        if posts && path == "/authorize/other-device" {
            return begin;
        }
        let shown = browser.send(self, begin).await.location().to_owned();
        match path {
            "/authorize/other-device/done" => browser.form(self, &shown, path).await,
            "/authorize/other-device/standing" => {
                let watch = shown.split_once("watch=").expect("a watch").1;
                let watch = watch.split('&').next().expect("its value");
                browser.dress(Call::get(format!("{path}?watch={watch}")))
            }
            _ => browser.dress(Call::get(shown)),
        }
    }

    /// What a phone sees that is held before a computer.
    async fn frame(&self) -> String {
        let (question, _) = self.parties[0].question(&self.town);
        let platform = &self.town.platform;
        let next = Box::pin(platform.authorize(None, &question.form())).await.expect("a page");
        let service::Authorize::SignIn(asked) = next else { panic!("nobody is signed in") };
        let watch = platform.ask_on_phone(&asked.ticket, b"").await.expect("shown");
        let watched = platform.watched(&watch, b"").await.expect("shown");
        platform.picture_frame(&watched, platform.now())
    }

    fn polls(&self, party: &Party, device_code: &str) -> Call {
        let call = Call::post("/token")
            .with("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
            .with("device_code", device_code);
        party.prove(&self.town, call)
    }
}

async fn nobody_guesses_a_code(front: Front) {
    let (li, asked) = (front.li().await, front.television().await);
    let (letters, number) = asked.user_code.split_once('-').expect("two parts");
    let other = |digit: char| if digit == '7' { '8' } else { '7' };
    let near = format!("{letters}-{}{}", &number[..1], other(number.chars().last().unwrap()));
    for (code, status, reason) in [
        ("", 400, "body_unreadable"),
        ("BBBBBB-00", 422, "knock_unknown"),
        ("BBBBBB", 422, "knock_unknown"),
        (&near, 422, "knock_unknown"),
        (&asked.device_code, 422, "knock_unknown"),
        ("' OR 1=1 --", 422, "knock_unknown"),
    ] {
        let call = if code.is_empty() {
            front.types(li, "x").await.without("code")
        } else {
            front.types(li, code).await
        };
        front.refuses_counting(&call, status, reason, counting("/device")).await;
    }
    // A guess in three million an hour, and a right one then finds the door shut, too.
    for _ in 0..15 {
        front.send(&front.types(li, "BBBBBB-00").await).await;
    }
    front.refuses(&front.types(li, &asked.user_code).await, 429, "tries_exhausted").await;
    let wang = front.wang().await;
    front.send(&front.types(wang, &asked.user_code).await).await.let_in();
    // Who is not signed in is asked to, and learns nothing.
    let real = front.send(&Call::get(format!("/device?code={letters}"))).await;
    let none = front.send(&Call::get("/device?code=BBBBBB")).await;
    assert_eq!((real.status, none.status), (303, 303));
    assert_eq!(real.location().replace(letters, "BBBBBB"), none.location());
}

async fn a_code_lies_before_one_person_only(front: Front) {
    let (li, wang, asked) = (front.li().await, front.wang().await, front.television().await);
    front.send(&front.types(li, &asked.user_code).await).await.let_in();
    let late = front.types(wang, &asked.user_code).await;
    front.refuses_counting(&late, 422, "knock_unknown", counting("/device")).await;
    front.send(&front.types(li, &asked.user_code).await).await.let_in();
    front.town.world.pass(5 * 60);
    let over = front.types(li, &asked.user_code).await;
    front.refuses_counting(&over, 422, "knock_unknown", counting("/device")).await;
    front
        .refuses_counting(
            &front.polls(&front.parties[1], &asked.device_code),
            400,
            "knock_expired",
            &["spent"],
        )
        .await;
}

async fn no_number_no_approval(front: Front) {
    let li = front.li().await;
    // The picture brings the letters; the number has to be read off the screen.
    let asked = front.television().await;
    let letters = asked.picture.rsplit('=').next().expect("letters");
    let number = asked.user_code.rsplit('-').next().expect("a number");
    let wrong = if number == "77" { "78" } else { "77" };
    let form = front.approves(li, letters).await;
    for odd in ["", wrong, &asked.user_code] {
        let call = form.clone().with("number", odd);
        front.refuses_counting(&call, 422, "knock_number_wrong", &["knocks"]).await;
    }
    let right = form.clone().with("number", number);
    front.refuses(&right, 429, "tries_exhausted").await;
    // Declining needs no number, however often it was wrong.
    front.send(&form.with("decision", "decline")).await.let_in();
    let heard = front.polls(&front.parties[1], &asked.device_code);
    front.refuses_counting(&heard, 400, "declined", &["spent", "knocks"]).await;

    let asked = front.television().await;
    let letters = asked.picture.rsplit('=').next().expect("letters");
    let number = asked.user_code.rsplit('-').next().expect("a number").to_owned();
    let form = front.approves(li, letters).await;
    front.send(&form.with("number", number)).await.let_in();
    front.send(&front.polls(&front.parties[1], &asked.device_code)).await.let_in();
}

async fn nobody_hears_anothers_answer(front: Front) {
    let [harbour, kiosk] = &front.parties;
    let (li, asked) = (front.li().await, front.television().await);
    let stolen = || front.polls(harbour, &asked.device_code);
    front.refuses_counting(&stolen(), 400, "device_code_unknown", &["spent"]).await;
    front
        .refuses_counting(
            &front.polls(kiosk, &asked.device_code),
            400,
            "authorization_pending",
            &["knocks"],
        )
        .await;
    front
        .refuses_counting(&front.polls(kiosk, &asked.device_code), 400, "slow_down", &["knocks"])
        .await;
    front.send(&front.approves(li, &asked.user_code).await).await.let_in();
    front.refuses_counting(&stolen(), 400, "device_code_unknown", &["spent"]).await;
    front.refuses(&front.polls(kiosk, &asked.user_code), 400, "device_code_unknown").await;
    front.send(&front.polls(kiosk, &asked.device_code)).await.let_in();
    front.refuses(&front.polls(kiosk, &asked.device_code), 400, "device_code_unknown").await;
}

async fn another_sessions_page_answers_nothing(front: Front) {
    let (li, wang, asked) = (front.li().await, front.wang().await, front.television().await);
    let form = front.approves(li, &asked.user_code).await;
    let request = form.value("request").to_vec();
    let theirs = front.television().await;
    let stolen = front.approves(wang, &theirs.user_code).await.with("request", request);
    front.refuses(&stolen, 403, "ticket_invalid").await;
    front.send(&form).await.let_in();
    front.refuses(&form, 422, "knock_unknown").await;
}

async fn a_backchannel_refusal_has_its_status(front: Front) {
    let holder = front.town.adult().enrol().await;
    for (name, value, status, error) in [
        ("scope", "scene:log_in", 400, "invalid_scope"),
        ("scope", "openid scene:nowhere", 400, "invalid_scope"),
        ("login_hint", "13800138000", 400, "unknown_user_id"),
        ("login_hint_token", "x", 400, "invalid_request"),
        ("binding_message", "a\u{202e}b", 400, "invalid_binding_message"),
        ("requested_expiry", "soon", 400, "invalid_request"),
        ("client_assertion", "e30.e30.e30", 401, "invalid_client"),
    ] {
        let call = front.calls(&holder).await.with(name, value);
        let answer = front.send(&call).await;
        assert_eq!(
            (answer.status, answer.says_error().as_str()),
            (status, error),
            "{name}={value}"
        );
    }
    // One call lies before the person; a second at once is more than they are asked.
    front.send(&front.calls(&holder).await).await.let_in();
    let again = front.send(&front.calls(&holder).await).await;
    assert_eq!((again.status, again.says_error().as_str()), (403, "access_denied"));
}
