//! Where one stands who locks: with the device, a passkey, or the paper.

use service::PasskeyQuestion;
use yinzheng_testkit::Authenticator;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;

impl Front {
    /// The honest form of `/lock`, by this way.
    pub(crate) async fn locking(&self, path: &'static str) -> Call {
        let mut browser = Browser::default();
        let page = browser.open(self, "/lock").await;
        let form = browser.dress(page.form(path));
        let holder = self.li().await;
        match path {
            "/lock" => form.with("device_proof", holder.proof()),
            "/lock/passkey" => {
                let platform = &self.town.platform;
                let mut key = Authenticator::new();
                let holder = self.town.adult().enrol().await;
                let asked = platform.ask_to_add_passkey(&holder.session).await.expect("asked");
                let (made, name) = (key.make(&asked), "key".parse().expect("a name"));
                let added = platform.add_passkey(&holder.session, &asked.state, &made, name);
                added.await.expect("added");
                let state = String::from_utf8(form.value("state").to_vec()).expect("text");
                let options = page.attribute("data-options");
                form.with("answer", key.answer(&PasskeyQuestion { options, state }))
            }
            "/lock/sheet" => {
                let holder = self.town.adult().enrol().await;
                let sheet = self.paper();
                let challenge = self.town.platform.challenge().expect("a challenge");
                let bound = sheet.bind(&challenge);
                let made = self.town.platform.make_sheet(&holder.session, &challenge, &bound);
                made.await.expect("made");
                let challenge = String::from_utf8(form.value("challenge").to_vec()).expect("text");
                form.with("proof", sheet.lock(&challenge))
            }
            other => panic!("nobody locks at {other}"),
        }
    }
}
