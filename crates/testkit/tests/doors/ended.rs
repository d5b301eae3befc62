//! Sessions whose certificate was locked, ended or cancelled meanwhile: a cookie opens nothing the certificate does not.

use service::Session;
use yinzheng_testkit::Holder;

use crate::browser::{Browser, SESSION};
use crate::call::Call;
use crate::front::Front;

crate::told!(
    a_locked_certificate_does_nothing_but_show_itself,
    a_certificate_ended_elsewhere_does_nothing,
    somebody_who_left_is_nobody,
);

/// What somebody prepares while all is well, and sends when it no longer is.
struct Prepared {
    session: Session,
    browser: Browser,
    ticket: Vec<u8>,
    withdraw: Call,
    decision: Call,
}

async fn prepare(front: &Front, holder: &Holder) -> Prepared {
    front.code(holder, &front.parties[0]).await;
    let mut browser = Browser::signed_in(front, &holder.session);
    let withdraw = browser.form(front, "/me", "/me/withdraw").await;
    let (question, _) = front.parties[1].question(&front.town);
    let page = format!("/authorize?{}", question.form());
    let decision = browser.form(front, &page, "/authorize/decision").await;
    Prepared {
        session: holder.session.clone(),
        ticket: withdraw.value("ticket").to_vec(),
        decision: decision.with("decision", "approve"),
        withdraw,
        browser,
    }
}

impl Prepared {
    fn get(&self, path: &str) -> Call {
        self.browser.dress(Call::get(path))
    }

    fn post(&self, path: &str, holder: &Holder) -> Call {
        let call = Call::post(path).with("ticket", &self.ticket);
        let call = call.with("device_proof", holder.proof()).with("passcode", &holder.passcode);
        self.browser.dress(call)
    }

    /// A relying party is not told anything: the person is asked to sign in.
    async fn is_not_known_to(&self, front: &Front) {
        let before = front.census().await;
        for party in &front.parties {
            let (question, _) = party.question(&front.town);
            let page = front.send(&self.get(&format!("/authorize?{}", question.form()))).await;
            assert_eq!(page.form("/sign-in").value("device_proof"), b"");
            let silent = question.with("prompt", "none").form();
            let silent = front.send(&self.get(&format!("/authorize?{silent}"))).await;
            assert_eq!(silent.says("error"), "login_required");
        }
        assert_eq!(front.census().await, before);
    }
}

async fn sign_in(front: &Front, holder: &Holder) -> Call {
    let form = Browser::default().form(front, "/sign-in?to=/me", "/sign-in").await;
    form.with("device_proof", holder.proof()).with("passcode", &holder.passcode)
}

async fn a_locked_certificate_does_nothing_but_show_itself(front: Front) {
    let holder = front.town.adult().enrol().await;
    let prepared = prepare(&front, &holder).await;
    holder.lock().await.expect("locked");
    prepared.is_not_known_to(&front).await;
    front.refuses(&prepared.decision, 403, "certificate_locked").await;
    front.refuses(&prepared.get("/me/export"), 403, "certificate_locked").await;
    let before = front.census().await;
    front.send(&prepared.post("/me/lock", &holder)).await.let_in();
    assert_eq!(front.census().await, before, "locked once is locked");
    let spent = &["spent"];
    let call = sign_in(&front, &holder).await;
    front.refuses_counting(&call, 403, "certificate_locked", spent).await;
    let page = front.send(&prepared.get("/me")).await;
    page.let_in();
    assert!(page.body.contains("id=\"unlock\""));
    front.send(&prepared.post("/me/unlock", &holder)).await.let_in();
    front
        .refuses_counting(
            &prepared.post("/me/unlock", &holder),
            409,
            "certificate_not_locked",
            spent,
        )
        .await;
}

async fn a_certificate_ended_elsewhere_does_nothing(front: Front) {
    let old = front.town.adult().enrol().await;
    let prepared = prepare(&front, &old).await;
    let new = old.resident.begin().await.finish().await.expect("a new phone");
    assert_eq!(new.net_number, old.net_number);
    prepared.is_not_known_to(&front).await;
    let spent = &["spent"];
    front.refuses(&prepared.decision, 403, "certificate_ended").await;
    front.refuses(&prepared.get("/me"), 403, "certificate_ended").await;
    front.refuses(&prepared.get("/me/export"), 403, "certificate_ended").await;
    front.refuses(&prepared.withdraw, 403, "certificate_ended").await;
    let before = front.census().await;
    let answer = front.send(&prepared.post("/me/lock", &old)).await;
    assert!([200, 303, 403].contains(&answer.status));
    assert_eq!(front.census().await, before, "the new certificate stays open");
    front.refuses_counting(&sign_in(&front, &old).await, 403, "certificate_ended", spent).await;
    front
        .refuses_counting(&prepared.post("/me/unlock", &old), 403, "certificate_ended", spent)
        .await;
    front
        .refuses_counting(&prepared.post("/me/cancel", &old), 403, "certificate_ended", spent)
        .await;
    let theirs = Browser::signed_in(&front, &new.session);
    front.send(&theirs.dress(Call::get("/me"))).await.let_in();
}

async fn somebody_who_left_is_nobody(front: Front) {
    let holder = front.town.adult().enrol().await;
    let prepared = prepare(&front, &holder).await;
    holder.cancel().await.expect("gone");
    let sealed = front.town.platform.seal_session(&prepared.session).expect("sealed");
    assert_eq!(prepared.browser.cookie(SESSION).len(), sealed.len());
    prepared.is_not_known_to(&front).await;
    front.refuses(&prepared.decision, 403, "certificate_ended").await;
    front.refuses(&prepared.get("/me"), 401, "not_signed_in").await;
    front.refuses(&prepared.get("/me/export"), 422, "certificate_unknown").await;
    front.refuses(&prepared.withdraw, 422, "certificate_unknown").await;
    for path in ["/me/unlock", "/me/cancel"] {
        let before = front.census().await;
        let answer = front.send(&prepared.post(path, &holder)).await;
        let known = ["certificate_unknown", "not_signed_in"].contains(&answer.code().as_str());
        assert!(known, "{path} says {} {}", answer.status, answer.code());
        assert_eq!(front.census().await, before, "{path}");
    }
    front.refuses(&sign_in(&front, &holder).await, 422, "certificate_unknown").await;
    let before = front.census().await;
    front.send(&prepared.post("/me/lock", &holder)).await;
    assert_eq!(front.census().await, before, "nothing is remembered of somebody who left");
}
