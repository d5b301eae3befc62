//! What the log says of a whole enrolment, a login and many refusals: nothing about whom, from where, or with what.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use service::Step;
use yinzheng_testkit::ToldLog;

use crate::call::Call;
use crate::front::{Front, HOME};
use crate::journey::{Walker, meets_nobody};
use crate::stand::STANDS;

crate::told!(the_log_names_nobody);

async fn the_log_names_nobody(front: Front) {
    let log = ToldLog::start();
    let resident = front.town.adult();
    let mut walker = Walker::enrol(&front, &resident).await;
    front.town.world.pass(60);
    walker.log_in().await;
    let export = walker.look_and_lock().await;
    for stand in STANDS {
        let mut call = front.honest(*stand).await.with("ticket", "a-ticket-of-nobody");
        call.path.push_str(if call.path.contains('?') { "&" } else { "?" });
        call.path.push_str("asked=in-the-query");
        front.send(&call).await;
        front.send(&Call { method: "PUT", ..call }).await;
    }
    front.send(&Call::get("/nothing/of-the-path")).await;
    meets_nobody(&front, |step| matches!(step, Step::Document { .. }), "/enrol/document").await;
    meets_nobody(&front, |step| matches!(step, Step::Phone), "/enrol/phone").await;

    let mut secrets = front.said();
    let person = &resident.person;
    secrets.extend([
        person.identity.document().number().as_str().to_owned(),
        person.name.written.clone(),
        person.phone.as_str().to_owned(),
        HOME.to_owned(),
        "of-the-path".to_owned(),
    ]);
    secrets.extend(exported(&export));
    let text = log.text();
    assert!(text.contains("/enrol/device") && text.contains("does not answer"), "it is a log");
    assert!(secrets.len() > 100, "much was said: {}", secrets.len());
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "{secret} stands in the log: {}", line.unwrap_or_default());
    }
}

/// The identity, the number and the phone in the file a person takes away.
fn exported(export: &str) -> impl Iterator<Item = String> {
    let export: serde_json::Value = serde_json::from_str(export).expect("JSON");
    ["net_number", "name", "document_number", "born", "phone"]
        .map(|name| export[name].as_str().expect("text").to_owned())
        .into_iter()
}

/// Words of the protocols, which say nothing about anybody.
const COMMON: [&str; 9] = [
    "authorization_code",
    "response_type",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "openid scene:log_in",
    "portrait",
    "approve",
    "consent",
    "/authorize",
    "harbour",
];

/// Shorter values would be found by accident.
const TELLING: usize = 6;

impl Front {
    /// Everything that was said in a field, a query, a cookie or an `Authorization` header, one way or the other.
    fn said(&self) -> BTreeSet<String> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let telling = |text: &&String| text.len() >= TELLING && !COMMON.contains(&text.as_str());
        said.iter().filter(telling).cloned().collect()
    }
}
