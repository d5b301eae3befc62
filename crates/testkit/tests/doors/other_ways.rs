//! Face measures art. 10, "face is never the only way", at the doors: every page that offers a face offers another way, and
//! that way leads on.

use rules::Mode;
use service::Step;

use crate::browser::Browser;
use crate::front::Front;
use crate::stand::STANDS;

crate::told!(
    no_page_offers_a_face_alone,
    the_other_way_leads_on_in_every_mode,
    at_enrolment_the_other_way_leads_on,
);

/// Does a page ask for a face?
fn offers_a_face(page: &str) -> bool {
    ["/enrol/portrait\"", "/sign-in/portrait", "data-portrait data-wrong", "name=\"portrait\""]
        .into_iter()
        .any(|mark| page.contains(mark))
}

async fn no_page_offers_a_face_alone(front: Front) {
    let mut offering = Vec::new();
    for stand in STANDS.iter().filter(|stand| {
        !matches!(
            stand.1,
            "/me/cancel" | "/me/lock" | "/me/children/lock" | "/lock" | "/sandbox/sign-in"
        )
    }) {
        let answer = front.send(&front.honest(*stand).await).await;
        if offers_a_face(&answer.body) {
            assert!(answer.body.contains("id=\"other-way\""), "{stand:?} offers a face alone");
            offering.push(stand.1);
        }
    }
    assert!(offering.contains(&"/enrol/portrait"), "{offering:?}");
    assert!(offering.iter().all(|path| path.contains("portrait")), "{offering:?}");
}

async fn the_other_way_leads_on_in_every_mode(front: Front) {
    for mode in Mode::ALL {
        let (question, _) = front.parties[0].question(&front.town);
        let page = format!("/authorize?{}", question.with("acr_values", mode.acr()).form());
        let mut browser = Browser::default();
        let shown = browser.open(&front, &page).await;
        assert_eq!(offers_a_face(&shown.body), mode.has_portrait(), "{mode:?}");
        if !mode.has_portrait() {
            continue;
        }
        // Back to the organisation, which keeps another method ready: with an error that says so, before anything is told.
        let other = shown.form("/sign-in/other-way");
        let back = browser.send(&front, other).await;
        let to = back.location();
        assert!(to.contains("error="), "{mode:?}: {to}");
        // The same after the consent, before the camera.
        let consent = shown.form("/sign-in/portrait");
        let camera = browser.send(&front, consent).await;
        assert!(camera.location().contains("camera") || camera.body.contains("id=\"other-way\""));
    }
}

async fn at_enrolment_the_other_way_leads_on(front: Front) {
    let by_chip = front.at_chip().await.until(|step| matches!(step, Step::Portrait)).await;
    let minor =
        front.minor().await.begin().await.until(|step| matches!(step, Step::Portrait)).await;
    let by_card = front.enrolment_at("/enrol/portrait").await;
    front.town.face_line.cut();
    for enrolment in [by_card, by_chip, minor] {
        let mut browser = Browser::enrolling(&enrolment.token);
        let page = browser.open(&front, "/enrol/portrait").await;
        assert!(page.body.contains("id=\"other-way\""), "{}", page.body);
        let form = browser.form(&front, "/enrol/portrait", "/enrol/portrait").await;
        let form = form.without("consent").without("way").with("way", "other");
        assert_eq!(browser.send(&front, form).await.location(), "/enrol/phone");
    }
}
