//! Signing out at the doors: only by the person's own form, with a policy that frames what was registered and nothing else.

use protocol::oauth::ClientMetadata;
use yinzheng_testkit::Holder;

use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::stand::Stand;

crate::told!(
    a_sign_out_needs_the_persons_own_form,
    a_page_frames_what_was_registered_and_nothing_else,
    a_link_with_a_hint_shows_it_nowhere,
    a_relying_partys_form_is_sent_on,
    a_display_changes_the_page_and_a_login_hint_nothing,
);

const FRAME: &str = "https://theatre.example/frame?stage=1";

async fn at_theatre(front: &Front) -> (Holder, String) {
    let metadata = ClientMetadata {
        frontchannel_logout_uri: Some(FRAME.parse().expect("a URI")),
        post_logout_redirect_uris: vec!["https://theatre.example/bye".parse().expect("a URI")],
        ..ClientMetadata::default()
    };
    let theatre = front.town.newcomer("theatre", "88", metadata).await;
    let mut holder = front.town.adult().enrol().await;
    let told = front.town.redeem(&holder.agree_to(&theatre).await).await.expect("told");
    (holder, told.response.id_token().to_owned())
}

async fn a_sign_out_needs_the_persons_own_form(front: Front) {
    let stand = ("POST", "/end-session/confirm", Stand::SignOut);
    let form = front.honest(stand).await;
    front.refuses(&form.clone().without("ticket"), 400, "body_unreadable").await;
    front
        .refuses(&form.clone().without("ticket").with("ticket", "AAAA"), 403, "ticket_wrong")
        .await;
    front
        .refuses(&form.clone().without("request").with("request", "AAAA"), 403, "ticket_invalid")
        .await;
    front.refuses(&form.clone().bare_of("cookie"), 401, "not_signed_in").await;
    // The form of one browser, sent by another in which somebody else is signed in.
    let other = front.honest(stand).await;
    let crossed = other.without("request").with("request", form.value("request"));
    front.refuses(&crossed, 403, "ticket_invalid").await;
    front.send(&form).await.let_in();
    // Sent again by whoever kept a copy, it ends what has ended.
    let before = front.census().await;
    front.send(&form).await.let_in();
    assert_eq!(front.census().await, before);
}

async fn a_relying_partys_form_is_sent_on(front: Front) {
    let call = Call::post("/end-session").with("state", "xyz");
    let foreign = call.header("origin", "https://theatre.example");
    let answer = front.send(&foreign.header("sec-fetch-site", "cross-site")).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/end-session?state=xyz"));
}

async fn a_page_frames_what_was_registered_and_nothing_else(front: Front) {
    let (holder, hint) = at_theatre(&front).await;
    let mut browser = Browser::signed_in(&front, &holder.session);
    let form = browser.form(&front, "/me", "/me/sign-out").await;
    let page = browser.send(&front, form).await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.ends_with("; frame-src https://theatre.example/frame"), "{policy}");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert_eq!(page.body.matches("<iframe").count(), 1);
    assert!(page.body.contains(r#"src="https://theatre.example/frame?stage=1&"#), "{}", page.body);
    // Signed out already, asked once more: nothing is framed.
    let again = browser.open(&front, &format!("/end-session?id_token_hint={hint}")).await;
    assert!(!again.header("content-security-policy").contains("frame-src"));
}

async fn a_link_with_a_hint_shows_it_nowhere(front: Front) {
    let (holder, hint) = at_theatre(&front).await;
    let mut other = front.town.adult().enrol().await;
    other.sign_in().await.expect("signed in");
    let back = "post_logout_redirect_uri=https%3A%2F%2Ftheatre.example%2Fbye";
    let link = format!(
        "/end-session?id_token_hint={hint}&logout_hint=me%40shop.example&{back}&ui_locales=en"
    );
    let asked = Browser::signed_in(&front, &other.session).open(&front, &link).await;
    assert!(asked.body.contains("asks whether you want to sign out"), "{}", asked.body);
    assert!(asked.body.contains("lang=\"en\""));
    assert!(!asked.body.contains(&hint) && !asked.body.contains("shop.example"), "{}", asked.body);
    let policy = asked.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://theatre.example"), "{policy}");
    let posted = Call::post("/end-session").with("client_id", "theatre");
    let posted = Browser::signed_in(&front, &holder.session).dress(posted);
    assert_eq!(front.send(&posted).await.location(), "/end-session?client_id=theatre");
}

async fn a_display_changes_the_page_and_a_login_hint_nothing(front: Front) {
    let (question, _) = front.parties[0].question(&front.town);
    let question =
        question.with("login_hint", "zhang.san@shop.example").with("ui_locales", "fr en");
    for (display, shown) in
        [("popup", true), ("touch", true), ("wap", true), ("page", false), ("cinema", false)]
    {
        let asked = question.clone().with("display", display);
        let page = Browser::default().open(&front, &format!("/authorize?{}", asked.form())).await;
        assert_eq!(page.body.contains(&format!("data-display=\"{display}\"")), shown, "{display}");
        assert!(!page.body.contains("shop.example") && page.body.contains("lang=\"en\""));
    }
}
