//! Further documents at the doors: the honest forms, others' hands on them, and pages that lead there.

use std::collections::BTreeMap;

use icao::ChipFiles;
use rules::DocumentClass;
use service::Step;
use yinzheng_testkit::{Holder, Resident};

use crate::browser::{Browser, ENROLMENT, SESSION};
use crate::call::Call;
use crate::forgery::swap;
use crate::front::Front;
use crate::stand::Stand;

crate::told!(
    nobody_takes_anothers_document_away,
    whoever_signed_in_long_ago_is_sent_to_sign_in,
    a_passport_is_added_page_by_page,
    signing_out_ends_what_was_begun,
);

impl Front {
    /// Somebody new with an identity card and a passport, both kept.
    async fn traveller(&self) -> Holder {
        let holder = self.traveller_with_card().enrol().await;
        self.town.world.pass(1);
        holder.add_by_chip(holder.resident.chip_document()).await.expect("a passport of one's own");
        holder
    }

    /// Somebody new with an identity card and a passport.
    pub(crate) fn traveller_with_card(&self) -> Resident {
        let (today, card) = (self.town.today(), DocumentClass::ResidentIdentityCard);
        let has_card = |p: &sandbox::Person| p.identity.document().class() == card;
        self.town.whoever(|p| p.age(today) > 17 && has_card(p) && !p.further.is_empty())
    }

    /// The honest form at one of these endpoints.
    pub(crate) async fn documents(&self, path: &'static str) -> Call {
        let holder = self.traveller().await;
        Browser::signed_in(self, &holder.session).form(self, "/me/documents", path).await
    }
}

async fn nobody_takes_anothers_document_away(front: Front) {
    let hers = front.honest(("POST", "/me/documents/remove", Stand::Documents)).await;
    let wang = front.traveller().await;
    let his = Browser::signed_in(&front, &wang.session);
    let taken = swap(&hers, SESSION, Some(his.cookie(SESSION)));
    front.refuses(&taken, 404, "document_not_kept").await;
    let nobodys = swap(&hers, SESSION, None);
    assert_eq!(front.send(&nobodys).await.location(), "/sign-in?to=/me");
    front.send(&hers).await.let_in();
    front.refuses(&hers, 404, "document_not_kept").await;
    // Nor is the one that names its person.
    let [card, _] = &wang.documents().await[..] else { panic!("two documents") };
    let mut browser = Browser::signed_in(&front, &wang.session);
    let form = browser.form(&front, "/me/documents", "/me/documents/remove").await;
    front.refuses(&form.with("document", &card.handle), 422, "document_in_use").await;
}

async fn whoever_signed_in_long_ago_is_sent_to_sign_in(front: Front) {
    let add = front.honest(("POST", "/me/documents", Stand::Documents)).await;
    front.town.world.pass(15 * 60 + 1);
    front.refuses(&add, 422, "sign_in_too_old").await;
    let page = Call::get("/me/documents").header("cookie", &add.headers[0].1);
    let page = front.send(&page).await;
    page.let_in();
    assert!(page.body.contains("/sign-in?to=/me/documents"), "{}", page.body);
    assert!(!page.body.contains("/me/documents/remove"), "nothing can be changed now");
}

async fn a_passport_is_added_page_by_page(front: Front) {
    let traveller = front.traveller_with_card();
    let holder = traveller.enrol().await;
    let passport = traveller.chip_document();
    let mut browser = Browser::signed_in(&front, &holder.session);
    let form = browser.form(&front, "/me/documents", "/me/documents").await;
    let page = browser.send(&front, form).await.location().to_owned();
    assert_eq!(page, "/enrol/document");
    let shown = browser.open(&front, &page).await.body;
    assert!(!shown.contains("class=\"steps\""), "nothing is applied for");
    let read = ticketed(&front, &mut browser, "/enrol/document").await;
    let read = read.with("chip", written(&traveller.files(passport)));
    assert_eq!(browser.send(&front, read).await.location(), "/enrol/chip");
    let token = browser.cookie(ENROLMENT).to_owned().into();
    let due = front.town.platform.enrolment(&token).await.expect("under way");
    let Step::Chip { question } = due else { panic!("a chip is asked") };
    let answer = traveller.chip_answer(passport, &question);
    let asked = ticketed(&front, &mut browser, "/enrol/chip").await;
    let added = browser.send(&front, asked.with("response", String::from(answer.response))).await;
    assert_eq!(added.location(), "/me/documents");
    assert_eq!(browser.cookie(ENROLMENT), "", "what was under way is over");
    let listed = browser.open(&front, "/me/documents").await.body;
    assert!(listed.contains("/me/documents/remove"), "{listed}");
    assert_eq!(holder.documents().await.len(), 2);
}

async fn signing_out_ends_what_was_begun(front: Front) {
    let holder = front.town.adult().enrol().await;
    let mut browser = Browser::signed_in(&front, &holder.session);
    let form = browser.form(&front, "/me/documents", "/me/documents").await;
    browser.send(&front, form).await.let_in();
    let out = browser.form(&front, "/me", "/me/sign-out").await;
    browser.send(&front, out).await.let_in();
    let page = browser.open(&front, "/enrol/document").await;
    assert_eq!(page.location(), "/enrol", "{}", page.body);
}

/// A form of the steps of an enrolment, with nothing in it yet.
async fn ticketed(front: &Front, browser: &mut Browser, path: &str) -> Call {
    let ticket = browser.form(front, "/enrol", "/enrol").await.value("ticket").to_vec();
    Call::post(path).with("ticket", ticket)
}

/// The files of a chip as they travel.
pub(crate) fn written(files: &ChipFiles) -> String {
    let text = formats::base64url::encode;
    let groups = files.groups().map(|(group, file)| (group.number().to_string(), text(file)));
    let groups: BTreeMap<String, String> = groups.collect();
    serde_json::json!({ "sod": text(files.sod()), "groups": groups }).to_string()
}
