//! The honest call at each endpoint, from which every attack departs.

use service::Step;
use yinzheng_testkit::Enrolment;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::stand::Stand;

impl Front {
    /// The honest call at an endpoint, fresh.
    pub(crate) async fn honest(&self, (method, path, stand): (&str, &'static str, Stand)) -> Call {
        let posts = method == "POST";
        match stand {
            Stand::Open(at) => Browser::default().dress(Call::get(at)),
            Stand::Ask => Box::pin(self.question(posts)).await,
            Stand::EndSession => self.ending(posts).await,
            Stand::SignOut => {
                let mut browser = Browser::signed_in(self, &self.fresh_session().await);
                browser.form(self, "/end-session?client_id=harbour", path).await
            }
            Stand::Native => self.native().await,
            Stand::Push => self.parties[0].pushes(&self.town),
            Stand::Redeem => {
                let code = self.code(self.li().await, &self.parties[0]).await;
                self.parties[0].redeems(&self.town, &code)
            }
            Stand::About => {
                let token = self.access_token(self.li().await, &self.parties[0]).await;
                self.parties[0].prove(&self.town, Call::post(path).with("token", token))
            }
            Stand::Fetch => self.fetches().await,
            Stand::Plain if !posts => self.reads_on_plain().await,
            Stand::Plain if path.ends_with("/decline") => self.declines_to_tell().await,
            Stand::Plain => self.tells().await,
            Stand::Told => {
                let token = self.access_token(self.li().await, &self.parties[1]).await;
                let call = if posts { Call::post(path) } else { Call::get(path) };
                call.header("authorization", format!("Bearer {token}"))
            }
            Stand::Own => {
                let token = self.own_token().await;
                Call::get(path).header("authorization", format!("Bearer {token}"))
            }
            Stand::Form { page } => {
                let form = Browser::default();
                let form = { form }.form(self, page, path).await;
                if path == "/sandbox/sign-in" { form.with("person", "0") } else { form }
            }
            Stand::Sensitive => Box::pin(self.consenting(posts)).await,
            Stand::Step if posts => Box::pin(self.step(path)).await,
            Stand::Step => Browser::enrolling(&Box::pin(self.enrolment_at(path)).await.token)
                .dress(Call::get(path)),
            Stand::Portrait => Box::pin(self.picture()).await,
            Stand::SignIn => {
                let holder = self.li().await;
                let form = Browser::default().form(self, "/sign-in?to=/me", path).await;
                form.with("device_proof", holder.proof()).with("passcode", &holder.passcode)
            }
            Stand::Face => Box::pin(self.facing(path)).await,
            Stand::Continue => Box::pin(self.waiting()).await,
            Stand::Decision => Box::pin(self.approval()).await.with("decision", "approve"),
            Stand::Factor => Box::pin(self.factor(path)).await,
            Stand::Counter => Box::pin(self.at_counter(posts, path)).await,
            Stand::Delegate => Box::pin(self.standing_in(posts, path)).await,
            Stand::Knock => Box::pin(self.knocking(posts, path)).await,
            Stand::Family => Box::pin(self.family_call(posts, path)).await,
            Stand::Mine if posts => Box::pin(self.mine(path)).await,
            Stand::Mine => {
                Browser::signed_in(self, &self.li().await.session).dress(Call::get(path))
            }
            Stand::Report => self.report(posts).await,
            Stand::Documents => Box::pin(self.documents(path)).await,
            Stand::NewPhone => Box::pin(self.new_phone(posts)).await,
            Stand::Lock => Box::pin(self.locking(path)).await,
            Stand::LockLink => Box::pin(self.lock_link(posts)).await,
        }
    }

    async fn question(&self, posts: bool) -> Call {
        let (question, _) = self.parties[0].question(&self.town);
        let browser = Browser::signed_in(self, &self.li().await.session);
        let link = Call::get(format!("/authorize?{}", question.form()));
        browser.dress(if posts { question } else { link })
    }

    /// A relying party asks to have somebody signed out; a session of its own, for it may end.
    async fn ending(&self, posts: bool) -> Call {
        let browser = Browser::signed_in(self, &self.fresh_session().await);
        let call = if posts {
            Call::post("/end-session")
        } else {
            Call::get("/end-session?client_id=harbour&state=x")
        };
        browser.dress(if posts {
            call.with("client_id", "harbour").with("state", "x")
        } else {
            call
        })
    }

    /// Another session of somebody who has one.
    async fn fresh_session(&self) -> service::Session {
        let mut holder = self.li().await.clone();
        holder.sign_in().await.expect("signed in");
        holder.session
    }

    async fn consenting(&self, posts: bool) -> Call {
        let mut browser = Browser::default();
        let form = browser.form(self, "/enrol", "/enrol").await;
        let page = browser.send(self, form).await.location().to_owned();
        if posts {
            browser.form(self, &page, "/enrol/sensitive").await
        } else {
            browser.dress(Call::get(page))
        }
    }

    /// Somebody at the step of this page.
    pub(crate) async fn enrolment_at(&self, path: &str) -> Enrolment {
        let due: fn(&Step) -> bool = match path {
            "/enrol/document" => |step| matches!(step, Step::Document { .. }),
            "/enrol/chip" => return self.at_chip().await,
            "/enrol/guardian" => |step| matches!(step, Step::Guardian { .. }),
            "/enrol/portrait" => |step| matches!(step, Step::Portrait),
            "/enrol/phone" => |step| matches!(step, Step::Phone),
            "/enrol/phone-code" => |step| matches!(step, Step::PhoneCode { .. }),
            "/enrol/device" => |step| matches!(step, Step::Device { .. }),
            other => panic!("no step is at {other}"),
        };
        let resident = match path {
            "/enrol/guardian" => self.minor().await.clone(),
            _ => self.town.adult(),
        };
        resident.begin().await.until(due).await
    }

    /// Somebody whose passport was read, and whose chip is asked.
    pub(crate) async fn at_chip(&self) -> Enrolment {
        let today = self.town.today();
        let traveller = self.town.whoever(|p| p.age(today) > 17 && !p.further.is_empty());
        let mut enrolment = traveller.begin().await;
        let files = traveller.files(traveller.chip_document());
        let read = self.town.platform.prove_document(&enrolment.token, files).await;
        enrolment.step = read.expect("a genuine passport");
        enrolment
    }

    async fn step(&self, path: &'static str) -> Call {
        let enrolment = self.enrolment_at(path).await;
        let mut browser = Browser::enrolling(&enrolment.token);
        self.step_of(&enrolment, &mut browser, path).await
    }

    /// The honest form of the step at which somebody is.
    pub(crate) async fn step_of(
        &self,
        enrolment: &Enrolment,
        browser: &mut Browser,
        path: &str,
    ) -> Call {
        let resident = &enrolment.resident;
        let ticket = browser.form(self, "/enrol", "/enrol").await.value("ticket").to_vec();
        let call = Call::post(path).with("ticket", ticket);
        let call = match path {
            "/enrol/document" => {
                let card = resident.card(enrolment.challenge());
                call.with("card", card.card).with("answer", card.answer)
            }
            "/enrol/chip" => {
                let Step::Chip { question } = &enrolment.step else { panic!("a chip is asked") };
                let answer = resident.chip_answer(resident.chip_document(), question);
                call.with("response", String::from(answer.response))
            }
            "/enrol/guardian" => {
                let card = resident.guardian().card(enrolment.challenge());
                call.with("card", card.card).with("answer", card.answer)
            }
            "/enrol/portrait" => call.with("way", "portrait").with("consent", "1"),
            "/enrol/phone" => call.with("phone", resident.phone().as_str()),
            "/enrol/phone-code" => call.with("code", enrolment.code()),
            "/enrol/device" => {
                let issuer = self.town.platform.issuer().clone();
                let phone = wallet::Wallet::new(issuer, wallet::SoftwareKey::generate());
                let proof = phone.bind(enrolment.challenge(), self.town.platform.now());
                call.with("passcode", "20481357").with("device_proof", proof.expect("signed"))
            }
            other => panic!("no step is at {other}"),
        };
        browser.dress(call)
    }

    async fn picture(&self) -> Call {
        let enrolment = self.enrolment_at("/enrol/portrait").await;
        let mut browser = Browser::enrolling(&enrolment.token);
        let consent = self.step_of(&enrolment, &mut browser, "/enrol/portrait").await;
        let ticket = browser.send(self, consent).await.says("ticket");
        let sample = formats::base64url::encode(&enrolment.resident.sample(sandbox::Match::Same));
        let taken = Call::post("/enrol/portrait/taken?consent=1").with("portrait", sample);
        browser.dress(taken.with("ticket", ticket))
    }

    /// A form of the way to sign in with a portrait, or not to.
    async fn facing(&self, path: &str) -> Call {
        let holder = self.li().await;
        let (question, _) = self.parties[0].question(&self.town);
        let question =
            question.with("acr_values", "urn:yinzheng:acr:certificate+passcode+portrait");
        let page = format!("/authorize?{}", question.form());
        let mut browser = Browser::default();
        let choice = browser.open(self, &page).await;
        if path == "/sign-in/other-way" || path == "/sign-in/portrait" {
            return browser.dress(choice.form(path));
        }
        let request = String::from_utf8(choice.form("/sign-in/portrait").value("request").to_vec());
        let ticket = browser.send(self, choice.form("/sign-in/portrait")).await.says("ticket");
        let sample = formats::base64url::encode(&holder.resident.sample(sandbox::Match::Same));
        let request = request.expect("text");
        let taken = format!("/sign-in/portrait/taken?consent=1&request={request}");
        let taken = Call::post(taken).with("portrait", sample).with("ticket", ticket);
        if path == "/sign-in/portrait/taken" {
            return browser.dress(taken);
        }
        let form = browser.send(self, taken).await.form(path);
        let reference = holder.portrait_reference.clone().expect("a portrait at enrolment");
        let form = form.with("portrait_reference", reference);
        browser.dress(form.with("device_proof", holder.proof()).with("passcode", &holder.passcode))
    }

    /// A relying party's request of somebody who has yet to sign in, where it goes on.
    async fn waiting(&self) -> Call {
        let (question, _) = self.parties[0].question(&self.town);
        let form = Browser::default()
            .form(self, &format!("/authorize?{}", question.form()), "/sign-in")
            .await;
        let to = String::from_utf8(form.value("to").to_vec()).expect("text");
        Browser::signed_in(self, &self.li().await.session).dress(Call::get(to))
    }

    /// The form on the page of approval, neither answer chosen.
    pub(crate) async fn approval(&self) -> Call {
        let (question, _) = self.parties[0].question(&self.town);
        let page = format!("/authorize?{}", question.with("prompt", "consent").form());
        let mut browser = Browser::signed_in(self, &self.li().await.session);
        browser.form(self, &page, "/authorize/decision").await
    }

    async fn mine(&self, path: &'static str) -> Call {
        let holder = if path == "/me/unlock" { self.locked().await } else { self.li().await };
        // Whoever signs out ends a session that others here go on using.
        let session = match path {
            "/me/sign-out" => self.fresh_session().await,
            _ => holder.session.clone(),
        };
        let mut browser = Browser::signed_in(self, &session);
        let own = matches!(path, "/me/unlock" | "/me/cancel" | "/me/phone" | "/me/wallet");
        let page = if own { path } else { "/me" };
        let form = browser.form(self, page, path).await;
        if matches!(page, "/me" | "/me/wallet") {
            return form;
        }
        if page == "/me/phone" {
            return form.with("phone", holder.resident.with_another_phone().phone().as_str());
        }
        form.with("device_proof", holder.proof()).with("passcode", &holder.passcode)
    }

    /// Somebody who changes the phone, each time another: a person is sent a few codes an hour only.
    async fn new_phone(&self, posts: bool) -> Call {
        let (holder, path) = (self.town.adult().enrol().await, "/me/phone/code");
        let another = holder.resident.with_another_phone();
        let sent =
            self.town.platform.send_phone_change_code(&holder.session, another.phone().clone());
        sent.await.expect("a code was sent");
        let mut browser = Browser::signed_in(self, &holder.session);
        if !posts {
            return browser.dress(Call::get(path));
        }
        let code = self.town.phones.last_code(another.phone()).expect("it came");
        browser.form(self, path, path).await.with("code", code)
    }

    /// Somebody who is told of a new certificate, each time another: a link is good once.
    async fn lock_link(&self, posts: bool) -> Call {
        let resident = self.town.adult();
        for _ in 0..2 {
            resident.enrol().await;
        }
        self.town.platform.deliver_notices().await.expect("told");
        let link = self.town.phones.lock_links(resident.phone()).pop().expect("a link");
        let path = format!("/lock/{link}");
        let mut browser = Browser::default();
        if posts { browser.form(self, &path, &path).await } else { browser.dress(Call::get(path)) }
    }
}
