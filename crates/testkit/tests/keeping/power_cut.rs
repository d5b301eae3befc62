//! A loss of power can undo what was written without waiting for the disk: nothing is let in twice for it.
//!
//! Only SQLite forgets so; PostgreSQL writes all of it durably.

use jiff::SignedDuration;
use serde_json::{Value, json};
use yinzheng_testkit::{KeyHolder, TokenCall, Town, refusal};

/// The power goes and comes back: what was spent unsynced is gone, at worst all of it, and the platform starts anew.
async fn after_a_power_cut(town: &Town) -> Town {
    town.world.pass(1);
    let late = town.platform.now() + SignedDuration::from_hours(1);
    let forget = async move |tx: &store::Tx<store::Authentication>| tx.purge_spent(late).await;
    let forgotten = town.platform.store().write("forget", forget).await.unwrap();
    assert!(forgotten > 0, "there was something to forget");
    town.restarted()
}

#[test]
fn a_proof_from_before_is_not_let_in_again() {
    yinzheng_testkit::on_sqlite(async |town| {
        let (key, ask) = (KeyHolder::new(), town.ask(&town.insurer()));
        let proof = key.proof(&town, "POST", "/par", None);
        town.push(&ask, Some(&proof)).await.unwrap();
        let town = after_a_power_cut(&town).await;
        assert_eq!(refusal(town.push(&ask, Some(&proof)).await), "dpop_nonce_wanted");
        // The nonce it is answered with is good.
        let proof = key.proof(&town, "POST", "/par", None);
        town.push(&ask, Some(&proof)).await.unwrap();
        assert_eq!(refusal(town.push(&ask, Some(&proof)).await), "dpop_replayed");
    });
}

/// Asks what some token is worth, with an assertion that says this.
fn asking(town: &Town, changes: &Value) -> TokenCall {
    let airline = town.airline();
    town.about(&airline, "anything").asserting_with(&airline, town, changes)
}

#[test]
fn nor_is_an_assertion() {
    yinzheng_testkit::on_sqlite(async |town| {
        let call = asking(&town, &json!({}));
        town.introspect(&call).await.unwrap();
        let town = after_a_power_cut(&town).await;
        assert_eq!(refusal(town.introspect(&call).await), "assertion_before_start");
        // Nor where it would have been spent on disk.
        let code = town.enrolled(34).await.agree_to(&town.airline()).await;
        let stolen = town.call(&code).with("client_assertion", call.value("client_assertion"));
        assert_eq!(refusal(town.post(&stolen).await), "assertion_before_start");
        town.redeem(&code).await.unwrap();
        let call = asking(&town, &json!({}));
        town.introspect(&call).await.unwrap();
        assert_eq!(refusal(town.introspect(&call).await), "assertion_replayed");
    });
}

#[test]
fn what_does_not_say_when_it_was_made_or_is_ahead_is_spent_on_disk() {
    yinzheng_testkit::on_sqlite(async |town| {
        let ahead = town.platform.now() + SignedDuration::from_secs(20);
        for (iat, waits) in [
            (json!(town.platform.now().as_second()), false),
            (json!(ahead.as_second()), true),
            (Value::Null, true),
        ] {
            let before = town.platform.store().durable_writes();
            town.introspect(&asking(&town, &json!({ "iat": iat }))).await.unwrap();
            assert_eq!(town.platform.store().durable_writes() > before, waits, "{iat}");
        }
        // A process that starts while nothing was lost lets both in, each once.
        let calls = [json!(ahead.as_second()), Value::Null]
            .map(|iat| asking(&town, &json!({ "iat": iat })));
        let other = town.restarted();
        for call in &calls {
            other.introspect(call).await.unwrap();
            assert_eq!(refusal(town.introspect(call).await), "assertion_replayed");
        }
    });
}
