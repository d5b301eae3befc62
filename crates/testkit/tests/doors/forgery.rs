//! Forms that another site, another browser, another page or an old tab sends.

use yinzheng_testkit::ISSUER;

use crate::browser::{Browser, KNOWN};
use crate::call::Call;
use crate::front::Front;
use crate::stand::{STANDS, Stand, forms};

crate::told!(
    another_sites_form_is_refused,
    our_own_pages_form_is_taken,
    a_ticket_is_for_one_browser_and_one_purpose,
    an_old_tab_is_refused,
    whoever_has_no_cookie_changes_nothing,
);

async fn another_sites_form_is_refused(front: Front) {
    let elsewhere: &[&[(&str, &str)]] = &[
        &[("origin", "https://evil.example")],
        &[("origin", "http://id.example")],
        &[("origin", "https://id.example.evil.example")],
        &[("origin", "https://id.example:8443")],
        &[("origin", "https://harbour.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ];
    for stand in forms() {
        let call = Box::pin(front.honest(*stand)).await;
        let before = front.census().await;
        for headers in elsewhere {
            let call = headers.iter().fold(call.clone(), |call, (name, value)| {
                call.header(if *name == "origin" { "origin" } else { "sec-fetch-site" }, value)
            });
            front.send(&call).await.refused(403, "cross_site");
            let page = front.send(&call.by_a_reader()).await;
            page.refused(403, "cross_site");
            assert!(page.is_page());
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn our_own_pages_form_is_taken(front: Front) {
    for headers in [
        &[("origin", ISSUER)][..],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", ISSUER), ("sec-fetch-site", "same-origin")],
    ] {
        let form = front.honest(("POST", "/enrol", Stand::Form { page: "/enrol" })).await;
        let form = headers.iter().fold(form, |form, (name, value)| form.header(name, value));
        front.send(&form).await.let_in();
    }
}

async fn a_ticket_is_for_one_browser_and_one_purpose(front: Front) {
    let li = front.li().await;
    for stand in forms() {
        let call = Box::pin(front.honest(*stand)).await;
        // Tickets of the same browser for everything else it was given a form for.
        let mut browser = browser_of(&call);
        let mut others = Vec::new();
        for (page, action) in
            [("/enrol", "/enrol"), ("/sign-in", "/sign-in"), ("/me/unlock", "/me/unlock")]
        {
            others
                .push((action, browser.form(&front, page, action).await.value("ticket").to_vec()));
        }
        let decision = Box::pin(decision_ticket(&front, &browser)).await;
        others.push(("/authorize/decision", decision));
        let before = front.census().await;
        let same = purpose(stand.1);
        for (action, ticket) in others.iter().filter(|(action, _)| purpose(action) != same) {
            let answer = front.send(&call.clone().with("ticket", ticket)).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "ticket_wrong"),
                "{} took {action}'s",
                stand.1
            );
        }
        let mut stranger = Browser::default();
        stranger.open(&front, "/enrol").await;
        let stolen = swap(&call, KNOWN, Some(stranger.cookie(KNOWN)));
        front.send(&stolen).await.refused(403, "ticket_wrong");
        front.send(&swap(&call, KNOWN, None)).await.refused(403, "ticket_wrong");
        front.send(&swap(&call, KNOWN, Some(""))).await.refused(403, "ticket_wrong");
        front
            .send(&swap(&call, KNOWN, Some("AAAAAAAAAAAAAAAAAAAAAA")))
            .await
            .refused(403, "ticket_wrong");
        assert_eq!(front.census().await, before, "{stand:?}");
    }
    assert!(li.session.mode().has_passcode());
}

/// What the tickets of a form are for.
fn purpose(action: &str) -> &'static str {
    match action {
        "/authorize/decision" => "decide",
        "/end-session/confirm" => "sign-out",
        "/delegate" => "delegate",
        "/counter/person" => "counter-person",
        action if action.starts_with("/counter") => "counter",
        "/enrol/portrait/taken" => "portrait 1",
        "/sign-in/portrait/taken" | "/sign-in/portrait/prove" => "portrait at sign-in 1",
        "/sign-in" | "/sign-in/sheet" | "/sign-in/portrait" | "/sign-in/other-way"
        | "/sandbox/sign-in" => "sign-in",
        "/authorize/ask-guardian" => "ask-guardian",
        action if action.starts_with("/me/children") || action.starts_with("/guardian/") => {
            "children"
        }
        action if action.starts_with("/me/") => "me",
        action if action.starts_with("/lock") => "lock",
        _ => "enrol",
    }
}

async fn decision_ticket(front: &Front, browser: &Browser) -> Vec<u8> {
    let (question, _) = front.parties[0].question(&front.town);
    let page = format!("/authorize?{}", question.with("prompt", "consent").form());
    let session = Browser::signed_in(front, &front.li().await.session);
    let mut both =
        browser.clone().holding(crate::browser::SESSION, session.cookie(crate::browser::SESSION));
    both.form(front, &page, "/authorize/decision").await.value("ticket").to_vec()
}

async fn an_old_tab_is_refused(front: Front) {
    for stand in forms() {
        let call = Box::pin(front.honest(*stand)).await;
        front.town.world.pass(60 * 60 + 1);
        let before = front.census().await;
        let answer = front.send(&call).await;
        // An officer is signed out before the page is too old.
        let signed_out = answer.status == 303 && answer.location() == "/counter/sign-in";
        if !signed_out {
            answer.refused(403, "ticket_expired");
        }
        assert_eq!(front.census().await, before, "{stand:?}");
        front.town.world.pass(-60 * 60 - 1);
    }
}

async fn whoever_has_no_cookie_changes_nothing(front: Front) {
    for stand in STANDS {
        let call = Box::pin(front.honest(*stand)).await.bare_of("cookie");
        let before = front.census().await;
        let answer = front.send(&call).await;
        match stand.1 {
            "/par"
            | "/device_authorization"
            | "/backchannel-authentication"
            | "/token"
            | "/revoke"
            | "/introspect"
            | "/plain-identity" => answer.let_in(),
            path if stand.0 == "POST"
                && !["/userinfo", "/authorize", "/end-session"].contains(&path) =>
            {
                let sent_away = answer.status == 303
                    && (["/enrol", "/counter/sign-in"].contains(&answer.location())
                        || answer.location().starts_with("/sign-in?to=/me"));
                let code = answer.code();
                assert!(
                    sent_away || code == "ticket_wrong" || code == "not_signed_in",
                    "{path}: {code}"
                );
                assert_eq!(front.census().await, before, "{path}");
            }
            _ => assert_eq!(front.census().await, before, "{stand:?}"),
        }
    }
}

/// The browser that would send this call.
fn browser_of(call: &Call) -> Browser {
    cookies(call)
        .into_iter()
        .fold(Browser::default(), |browser, (name, value)| browser.holding(&name, &value))
}

/// The same call with another value of a cookie, or without it.
pub(crate) fn swap(call: &Call, name: &str, value: Option<&str>) -> Call {
    let mut kept: Vec<_> = cookies(call).into_iter().filter(|(known, _)| known != name).collect();
    kept.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    let browser =
        kept.iter().fold(Browser::default(), |browser, (name, value)| browser.holding(name, value));
    browser.dress(call.clone())
}

fn cookies(call: &Call) -> Vec<(String, String)> {
    let header = call.headers.iter().find(|(name, _)| *name == "cookie");
    let text = header.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    let text = text.unwrap_or_default();
    let pairs = text.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
