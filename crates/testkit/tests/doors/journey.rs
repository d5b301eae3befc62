//! The whole way through the pages: enrolling, a login at a relying party, and the person's own page.

use service::Step;
use wallet::{SoftwareKey, Wallet};
use yinzheng_testkit::Resident;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::party::Code;

/// Somebody with a browser, and a phone's key in it.
pub(crate) struct Walker<'a> {
    front: &'a Front,
    browser: Browser,
    phone: Wallet<SoftwareKey>,
}

/// What everybody in town chooses.
const PASSCODE: &str = "20481357";

impl<'a> Walker<'a> {
    /// Enrols page by page.
    pub(crate) async fn enrol(front: &'a Front, resident: &Resident) -> Self {
        let phone = Wallet::new(front.town.platform.issuer().clone(), SoftwareKey::generate());
        let mut walker = Self { front, browser: Browser::default(), phone };
        let notice = walker.browser.form(front, "/enrol", "/enrol").await;
        let page = walker.browser.send(front, notice).await.location().to_owned();
        let sensitive = walker.browser.form(front, &page, "/enrol/sensitive").await;
        walker.take(sensitive).await;

        let page = walker.browser.open(front, "/enrol/document").await.body;
        let [challenge, ticket] = ["challenge=", "ticket="].map(|name| {
            let (_, rest) = page.split_once(name).expect("a link to the reader");
            rest.split(['"', '&']).next().unwrap_or_default().to_owned()
        });
        let card = resident.card(&challenge);
        let read = Call::post("/enrol/document").with("ticket", ticket);
        walker.take(read.with("card", card.card).with("answer", card.answer)).await;

        let portrait = walker.form("/enrol/portrait").await.without("consent");
        walker.take(portrait.with("way", "other")).await;
        let phone = walker.form("/enrol/phone").await.with("phone", resident.phone().as_str());
        walker.take(phone).await;
        let code = front.town.phones.last_code(resident.phone()).expect("a message");
        let proved = walker.form("/enrol/phone-code").await;
        let slip = walker.browser.send(front, proved.clone().with("code", "1234567")).await;
        slip.refused(422, "phone_code_wrong");
        walker.take(proved.with("code", code)).await;
        walker.bind().await;
        walker
    }

    async fn bind(&mut self) {
        let (front, town) = (self.front, &self.front.town);
        let page = self.browser.open(front, "/enrol/device").await;
        let challenge = page.attribute("data-challenge");
        let proof = self.phone.bind(&challenge, town.platform.now()).expect("signed");
        let bound = page.form("/enrol/device").without("repeat");
        let bound = bound.with("passcode", PASSCODE).with("device_proof", proof);
        let issued = self.browser.send(front, bound).await;
        issued.let_in();
        let keys = town.platform.keys().certificate_keys();
        let certificate = issued.attribute("data-certificate");
        self.phone.receive(&certificate, &keys).expect("a certificate for this phone");
    }

    async fn form(&mut self, path: &str) -> Call {
        self.browser.form(self.front, path, path).await
    }

    async fn take(&mut self, call: Call) {
        self.browser.send(self.front, call).await.let_in();
    }

    /// Signs in again because a relying party asks for it, approves, and is told about.
    pub(crate) async fn log_in(&mut self) {
        let (front, town, party) = (self.front, &self.front.town, &self.front.parties[0]);
        let (question, verifier) = party.question(town);
        let page = format!("/authorize?{}", question.with("prompt", "login").form());
        let shown = self.browser.open(front, &page).await;
        let challenge = shown.attribute("data-challenge");
        let proof = self.phone.prove(&challenge, town.platform.now()).expect("signed");
        let sign_in = shown.form("/sign-in").with("device_proof", proof);
        let signed_in = self.browser.send(front, sign_in.with("passcode", PASSCODE)).await;
        let decision = self.browser.form(front, signed_in.location(), "/authorize/decision").await;
        let back = self.browser.send(front, decision.with("decision", "approve")).await;
        let code = Code { text: back.says("code"), verifier };
        let told = front.send(&party.redeems(town, &code)).await;
        let told: serde_json::Value = serde_json::from_str(&told.body).expect("JSON");
        let bearer = format!("Bearer {}", told["access_token"].as_str().expect("a token"));
        front.send(&Call::get("/userinfo").header("authorization", bearer)).await.let_in();
        front.send(&party.redeems(town, &code)).await.refused(400, "code_reused");
    }

    /// Looks at everything that is theirs, and locks it.
    pub(crate) async fn look_and_lock(&mut self) -> String {
        self.browser.open(self.front, "/me").await.let_in();
        let export = self.browser.open(self.front, "/me/export").await;
        export.let_in();
        let lock = self.browser.form(self.front, "/me", "/me/lock").await;
        self.take(lock).await;
        export.body
    }
}

/// An enrolment whose next step's outside party is away.
pub(crate) async fn meets_nobody(front: &Front, due: fn(&Step) -> bool, path: &'static str) {
    let enrolment = front.town.adult().begin().await.until(due).await;
    let mut browser = Browser::enrolling(&enrolment.token);
    let call = front.step_of(&enrolment, &mut browser, path).await;
    front.town.registry_line.cut();
    front.town.message_line.cut();
    front.send(&call).await.refused(503, "outside_party_away");
    front.town.registry_line.mend();
    front.town.message_line.mend();
}
