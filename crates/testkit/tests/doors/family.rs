//! Guardians and children before their endpoints: somebody who applies for a child, a child who asks, a young person
//! whose application waits.

use service::{ApplicationAnswer, GuardianWord, Step};
use yinzheng_testkit::{Enrolment, Holder, Resident};

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;

/// Those who are met again.
pub(crate) struct Family {
    guardian: Holder,
    child: Holder,
    /// Between fourteen and eighteen, not enrolled, and their guardian.
    young: Resident,
    of_young: Holder,
}

impl Front {
    async fn family(&self) -> &Family {
        let meet = async || {
            let (child, young) = (self.town.aged(10), self.town.aged(16));
            let guardian = child.guardian().enrol().await;
            let of_young = young.guardian().enrol().await;
            let child = guardian.enrol_child(&child).await.expect("enrolled");
            Family { guardian, child, young, of_young }
        };
        self.people.family.get_or_init(meet).await
    }

    /// A child under fourteen.
    pub(crate) async fn child(&self) -> &Resident {
        &self.family().await.child.resident
    }

    /// The honest call of one of them, fresh.
    pub(crate) async fn family_call(&self, posts: bool, path: &'static str) -> Call {
        match path {
            "/authorize/ask-guardian" => self.child_asks().await,
            "/enrol/ask-guardian" => {
                let enrolment = self.at_the_guardian().await;
                self.ticketed(&mut Browser::enrolling(&enrolment.token), path).await
            }
            "/enrol/waiting" => {
                let (enrolment, _) = self.waiting_application().await;
                Browser::enrolling(&enrolment.token).dress(Call::get(path))
            }
            "/enrol/declined" => {
                let (enrolment, link) = self.waiting_application().await;
                let guardian = &self.family().await.of_young;
                let seen = guardian.see_application(&link).await.expect("the guardian");
                let no = ApplicationAnswer::Decline;
                guardian.answer_application(&seen, no).await.expect("answered");
                Browser::enrolling(&enrolment.token).dress(Call::get(path))
            }
            "/enrol/carry" => {
                let enrolment = self.for_a_child().await;
                self.ticketed(&mut Browser::enrolling(&enrolment.token), path).await
            }
            "/enrol/continue" => {
                let enrolment = self.for_a_child().await;
                let link = self.town.platform.carry_enrolment(&enrolment.token).await;
                let page = format!("/enrol/continue?link={}", link.expect("a link"));
                Browser::default().form(self, &page, path).await
            }
            path if path.starts_with("/guardian/request/{link}") => {
                self.request_call(posts, path).await
            }
            "/me/guardians" => {
                Browser::signed_in(self, &self.family().await.child.session).dress(Call::get(path))
            }
            path => self.guardians_call(posts, path).await,
        }
    }

    async fn guardians_call(&self, posts: bool, path: &'static str) -> Call {
        let guardian = &self.family().await.guardian;
        guardian.confirm_children().await.expect("the registry says so");
        let mut browser = Browser::signed_in(self, &guardian.session);
        if path == "/me/children/apply/sensitive" {
            let form = browser.form(self, "/me/children/apply", "/me/children/apply").await;
            let page = browser.send(self, form).await.location().to_owned();
            return if posts {
                browser.form(self, &page, path).await
            } else {
                browser.dress(Call::get(page))
            };
        }
        if !posts {
            return browser.dress(Call::get(path));
        }
        if path == "/me/children/apply" {
            return browser.form(self, path, path).await;
        }
        let call = self.ticketed_by_children(&mut browser, path).await;
        let guardianship = guardian.guardianship().await.to_string();
        let organisation = self.asking_organisation().await;
        match path {
            "/me/children/card" => self.with_card(guardian, call),
            "/me/children/answer" => call
                .with("guardianship", guardianship)
                .with("organisation", organisation)
                .with("answer", "yes")
                .with("days", "90")
                .with("scene_log_in", "on"),
            "/me/children/lift" => {
                let organisation = organisation.parse().expect("a code");
                let (id, no) = (guardian.guardianship().await, GuardianWord::No);
                let platform = &self.town.platform;
                platform
                    .answer_child(&guardian.session, id, &organisation, no)
                    .await
                    .expect("said");
                let children = guardian.children().await;
                let word = children[0].words.iter().find_map(|said| said.own).expect("a word");
                call.with("word", word.to_string())
            }
            "/me/children/resign" | "/me/children/lock" => call.with("guardianship", guardianship),
            other => panic!("no guardian is at {other}"),
        }
    }

    async fn request_call(&self, posts: bool, path: &'static str) -> Call {
        let (_, link) = self.waiting_application().await;
        let guardian = &self.family().await.of_young;
        let mut browser = Browser::signed_in(self, &guardian.session);
        let at = path.replace("{link}", &link);
        if !posts {
            return browser.dress(Call::get(at));
        }
        let call = self.ticketed_by_children(&mut browser, &at).await;
        if path.ends_with("/card") {
            return self.with_card(guardian, call);
        }
        let seen = guardian.see_application(&link).await.expect("the guardian");
        call.with("request", seen.ticket).with("answer", "approve")
    }

    /// The child's form on the page that says a guardian is needed; what was asked before has been answered and lifted.
    async fn child_asks(&self) -> Call {
        let Family { guardian, child, .. } = self.family().await;
        guardian.confirm_children().await.expect("the registry says so");
        let organisation = self.asking_organisation().await.parse().expect("a code");
        let (id, no) = (guardian.guardianship().await, GuardianWord::No);
        let platform = &self.town.platform;
        platform.answer_child(&guardian.session, id, &organisation, no).await.expect("said");
        guardian.lift().await.expect("lifted");
        let (question, _) = self.parties[0].question(&self.town);
        let mut browser = Browser::signed_in(self, &child.session);
        let page = format!("/authorize?{}", question.form());
        browser.form(self, &page, "/authorize/ask-guardian").await
    }

    /// The organisation of the party that signs.
    async fn asking_organisation(&self) -> String {
        let child = &self.family().await.child;
        let (question, _) = self.parties[0].question(&self.town);
        let asked = self.town.platform.authorize(Some(&child.session), &question.form()).await;
        match asked.expect("a page") {
            service::Authorize::GuardianNeeded(needed) => needed.asked.by.organisation.to_string(),
            service::Authorize::Approve(asked) => asked.by.organisation.to_string(),
            other => panic!("the child is asked: {other:?}"),
        }
    }

    fn with_card(&self, guardian: &Holder, mut call: Call) -> Call {
        let platform = &self.town.platform;
        let challenge = platform.guardian_card_challenge(&guardian.session).expect("a challenge");
        let card = guardian.resident.card(&challenge);
        call.path = format!("{}?challenge={challenge}", call.path);
        call.with("card", card.card).with("answer", card.answer)
    }

    async fn ticketed(&self, browser: &mut Browser, path: &str) -> Call {
        let ticket = browser.form(self, "/enrol", "/enrol").await.value("ticket").to_vec();
        browser.dress(Call::post(path).with("ticket", ticket))
    }

    async fn ticketed_by_children(&self, browser: &mut Browser, path: &str) -> Call {
        let page = "/me/children/apply";
        let ticket = browser.form(self, page, page).await.value("ticket").to_vec();
        browser.dress(Call::post(path).with("ticket", ticket))
    }

    async fn for_a_child(&self) -> Enrolment {
        let Family { guardian, child, .. } = self.family().await;
        guardian.apply_for(&child.resident).await.expect("begun")
    }

    async fn at_the_guardian(&self) -> Enrolment {
        let young = &self.family().await.young;
        young.begin().await.until(|step| matches!(step, Step::Guardian { .. })).await
    }

    async fn waiting_application(&self) -> (Enrolment, String) {
        let enrolment = self.at_the_guardian().await;
        let step = self.town.platform.await_guardian(&enrolment.token).await.expect("it waits");
        let Step::Waiting { link, .. } = step else { panic!("it waits") };
        (enrolment, link)
    }
}
