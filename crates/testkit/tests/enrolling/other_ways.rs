//! A life without a face: whoever never shows one does everything the platform is for (Face measures art. 10). The face
//! verifier is away all the time, and nobody notices.

use rules::Mode;
use service::{PortraitChoice, Step};
use yinzheng_testkit::{Resident, Town, stories};

stories!(a_whole_life_without_a_face);

async fn a_whole_life_without_a_face(town: Town) {
    town.face_line.cut();
    let child = town.aged(9);
    let parent = child.guardian();
    let other_way = async |who: &Resident| {
        let mut at = who.begin().await.until(|step| matches!(step, Step::Portrait)).await;
        at.step = town.platform.prove_portrait(&at.token, PortraitChoice::OtherWay).await.unwrap();
        at.finish().await.unwrap()
    };
    let mut holder = other_way(&parent).await;
    // Signing in and logging in, in the modes without a face.
    for mode in [Mode::Certificate, Mode::CertificatePasscode] {
        town.world.pass(1);
        let ask = town.ask(&town.airline()).with("acr_values", mode.acr()).with("prompt", "login");
        let code = holder.go(&ask).await.unwrap().code();
        assert!(town.redeem(&code).await.is_ok(), "{mode:?}");
    }
    // A child, reached on the parent's phone.
    let mut at = holder.apply_for(&child).await.unwrap();
    at = at.until(|step| matches!(step, Step::Portrait)).await;
    at.step = town.platform.prove_portrait(&at.token, PortraitChoice::OtherWay).await.unwrap();
    at.finish().await.unwrap();
    // Locking, unlocking, the phone, documents, the file.
    holder.lock().await.unwrap();
    town.world.pass(1);
    holder.unlock().await.unwrap();
    let another = parent.with_another_phone();
    let changing =
        town.platform.send_phone_change_code(&holder.session, another.phone().clone()).await;
    changing.unwrap();
    let code = town.phones.last_code(another.phone()).unwrap();
    town.platform.change_phone(&holder.session, &code).await.unwrap();
    holder.begin_adding(None).await.unwrap();
    town.platform.export(&holder.session).await.unwrap();
    // Losing the phone: proved again, the same number.
    town.world.pass(60);
    let again = other_way(&parent).await;
    assert_eq!(again.net_number, holder.net_number);
    // Leaving, when the cool-down is over.
    town.world.pass(72 * 60 * 60);
    let mut again = again;
    again.sign_in_with_passcode().await.unwrap();
    again.cancel().await.unwrap();
}
