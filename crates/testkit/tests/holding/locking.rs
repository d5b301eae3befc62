//! Locking is one tap on whatever is at hand: a device, a session, a passkey, the paper, a guardian's device. (The link
//! of a notice is told of in `recovery.rs`.) A delegate does not lock.

use service::{Error, World};
use store::authentication::TidingAbout;
use wallet::{Sheet, SheetCode};
use yinzheng_testkit::{Authenticator, Holder, Town, refusal, stories};

stories!(
    a_device_locks_itself_without_a_passcode,
    a_session_locks_even_an_old_one,
    a_passkey_locks_on_any_device,
    the_paper_locks_without_the_passcode,
    a_guardian_locks_a_child_and_nobody_else,
);

async fn a_device_locks_itself_without_a_passcode(town: Town) {
    let mut li = town.enrolled(34).await;
    let proof = li.proof();
    town.platform.lock_by_device(&proof).await.unwrap();
    assert_eq!(refusal(town.platform.lock_by_device(&proof).await), "challenge_spent");
    town.platform.lock_by_device(&li.proof()).await.unwrap();
    assert_eq!(refusal(li.sign_in_with_passcode().await), "certificate_locked");
    li.unlock().await.unwrap();
    let stranger = town.enrolled(35).await;
    town.platform.lock_by_device(&stranger.proof()).await.unwrap();
    assert!(town.platform.overview(&li.session).await.is_ok(), "each device its own");
    li.resident.enrol().await;
    assert_eq!(refusal(town.platform.lock_by_device(&li.proof()).await), "certificate_ended");
}

async fn a_session_locks_even_an_old_one(town: Town) {
    let mut li = town.enrolled(34).await;
    let old = li.session.clone();
    li.lock().await.unwrap();
    town.world.pass(1);
    li.unlock().await.unwrap();
    assert_eq!(refusal(town.platform.overview(&old).await), "not_signed_in");
    town.platform.lock(&old).await.unwrap();
    assert_eq!(refusal(li.sign_in().await), "certificate_locked");
}

async fn a_passkey_locks_on_any_device(town: Town) {
    let mut li = town.enrolled(34).await;
    let mut key = with_passkey(&town, &li).await;
    let platform = &town.platform;
    // An answer to a sign-in locks nothing, and one to locking signs nobody in.
    let question = platform.ask_to_sign_in_with_passkey().unwrap();
    let answer = key.answer(&question);
    let swapped = platform.lock_by_passkey(&question.state, &answer).await;
    assert_eq!(refusal(swapped), "challenge_spent");
    let question = platform.ask_to_lock_with_passkey().unwrap();
    let answer = key.answer(&question);
    let swapped = platform.sign_in_with_passkey(&question.state, &answer, None).await;
    assert_eq!(refusal(swapped), "challenge_spent");

    platform.lock_by_passkey(&question.state, &answer).await.unwrap();
    assert_eq!(refusal(li.sign_in_with_passcode().await), "certificate_locked");
    let again = platform.lock_by_passkey(&question.state, &answer).await;
    assert_eq!(refusal(again), "passkey_copied", "an answer said before");
    li.unlock().await.unwrap();

    // An officer's passkey is no person's.
    let mut officer = town.officer("Chen", "Riverside Hall").await;
    let question = platform.ask_to_lock_with_passkey().unwrap();
    let answer = officer.authenticator.answer(&question);
    let by_officer = platform.lock_by_passkey(&question.state, &answer).await;
    assert_eq!(refusal(by_officer), "passkey_unknown");

    // The passkey ends with its certificate.
    let question = platform.ask_to_lock_with_passkey().unwrap();
    let answer = key.answer(&question);
    li.resident.enrol().await;
    let late = platform.lock_by_passkey(&question.state, &answer).await;
    assert_eq!(refusal(late), "passkey_unknown");
}

async fn the_paper_locks_without_the_passcode(town: Town) {
    let mut li = town.enrolled(70).await;
    let sheet = with_sheet(&town, &li).await;
    let platform = &town.platform;
    // What the paper signs for a sign-in locks nothing.
    let challenge = platform.challenge().unwrap();
    let swapped = platform.lock_by_sheet(&challenge, &sheet.prove(&challenge)).await;
    assert_eq!(refusal(swapped), "sheet_invalid");
    let proof = sheet.lock(&challenge);
    platform.lock_by_sheet(&challenge, &proof).await.unwrap();
    assert_eq!(refusal(li.sign_in_with_passcode().await), "certificate_locked");
    assert_eq!(refusal(platform.lock_by_sheet(&challenge, &proof).await), "challenge_spent");
    li.unlock().await.unwrap();
    platform.revoke_sheet(&li.session).await.unwrap();
    let challenge = platform.challenge().unwrap();
    let revoked = platform.lock_by_sheet(&challenge, &sheet.lock(&challenge)).await;
    assert_eq!(refusal(revoked), "sheet_unknown");
    li.sign_in().await.unwrap();
}

async fn a_guardian_locks_a_child_and_nobody_else(town: Town) {
    let child = loop {
        let child = town.aged(9);
        if child.guardians().len() == 2 {
            break child;
        }
    };
    let guardians = child.guardians();
    let (mother, father) = (guardians[0].enrol().await, guardians[1].enrol().await);
    let mut child = mother.enrol_child(&child).await.unwrap();
    father.confirm_children().await.unwrap();
    let stranger = town.enrolled(40).await;
    let lock = async |who: &Holder| -> Result<(), Error> {
        town.platform.lock_child(&who.session, mother.guardianship().await).await
    };
    for (who, name) in [(&stranger, "a stranger"), (&child, "the child"), (&father, "by another's")]
    {
        assert_eq!(refusal(lock(who).await), "guardianship_unknown", "{name}");
    }
    child.sign_in().await.unwrap();
    // Also with a locked certificate: it errs on the safe side.
    mother.lock().await.unwrap();
    lock(&mother).await.unwrap();
    lock(&mother).await.unwrap();
    assert_eq!(refusal(child.sign_in().await), "certificate_locked");
    child.unlock().await.unwrap();
    let events = town.platform.overview(&child.session).await.unwrap().events;
    assert_eq!(events.iter().filter(|e| e.kind.as_str() == "guardian_locked").count(), 1);
    town.platform.deliver_notices().await.unwrap();
    let phone = father.resident.phone();
    assert_eq!(town.phones.tidings(phone), [TidingAbout::WardLocked], "the other guardian is told");

    // From fourteen on it is the young person's own.
    let young = town.enrolled(16).await;
    let of_young = Box::pin(young.resident.guardian().enrol()).await;
    of_young.confirm_children().await.unwrap();
    let guardianship = of_young.children().await[0].guardianship;
    let late = town.platform.lock_child(&of_young.session, guardianship).await;
    assert_eq!(refusal(late), "approval_not_needed");
}

async fn with_passkey(town: &Town, holder: &Holder) -> Authenticator {
    let mut key = Authenticator::new();
    let question = town.platform.ask_to_add_passkey(&holder.session).await.unwrap();
    let (made, name) = (key.make(&question), "key".parse().unwrap());
    town.platform.add_passkey(&holder.session, &question.state, &made, name).await.unwrap();
    key
}

async fn with_sheet(town: &Town, holder: &Holder) -> Sheet {
    let world: &dyn World = &*town.world;
    let sheet = SheetCode::from_secret(world.draw()).key(town.platform.issuer());
    let challenge = town.platform.challenge().unwrap();
    let bound = sheet.bind(&challenge);
    town.platform.make_sheet(&holder.session, &challenge, &bound).await.unwrap();
    sheet
}
