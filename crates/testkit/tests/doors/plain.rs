//! Before plain identity: the person's own page, and the relying party that comes to fetch.

use yinzheng_testkit::Holder;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::party::Code;

/// Where the person tells it, and where not.
const TELL: &str = "/authorize/plain-identity";
const DECLINE: &str = "/authorize/plain-identity/decline";

impl Front {
    /// The form that tells it, filled in by its holder.
    pub(crate) async fn tells(&self) -> Call {
        let li = self.li().await;
        self.page_on_plain(li, TELL)
            .await
            .0
            .with("device_proof", li.proof())
            .with("passcode", &li.passcode)
    }

    /// The page, opened again at its own address.
    pub(crate) async fn reads_on_plain(&self) -> Call {
        let li = self.li().await;
        let form = self.page_on_plain(li, TELL).await.0;
        let request = String::from_utf8(form.value("request").to_vec()).expect("text");
        let page = Call::get(format!("{TELL}?request={request}"));
        Browser::signed_in(self, &li.session).dress(page)
    }

    /// The form that goes on without it.
    pub(crate) async fn declines_to_tell(&self) -> Call {
        self.page_on_plain(self.li().await, DECLINE).await.0
    }

    /// The party that was told it may, fetching.
    pub(crate) async fn fetches(&self) -> Call {
        let (li, party) = (self.li().await, &self.parties[0]);
        let (form, verifier) = self.page_on_plain(li, TELL).await;
        let form = form.with("device_proof", li.proof()).with("passcode", &li.passcode);
        let text = self.send(&form).await.says("code");
        let answer = self.send(&party.redeems(&self.town, &Code { text, verifier })).await;
        let answer: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let token = answer["access_token"].as_str().expect("an access token");
        party.prove(&self.town, Call::post("/plain-identity").with("access_token", token))
    }

    /// A form on the page, still empty, and the verifier of the request it belongs to.
    async fn page_on_plain(&self, holder: &Holder, form: &str) -> (Call, String) {
        let mut browser = Browser::signed_in(self, &holder.session);
        let (question, verifier) = self.parties[0].question(&self.town);
        let question = question.without("scope").with("scope", "openid scene:register plain:name");
        let mut answer = browser.open(self, &format!("/authorize?{}", question.form())).await;
        if answer.body.contains("/authorize/decision") {
            let form = answer.form("/authorize/decision").with("decision", "approve");
            answer = browser.send(self, form).await;
        }
        (browser.dress(answer.form(form)), verifier)
    }
}
