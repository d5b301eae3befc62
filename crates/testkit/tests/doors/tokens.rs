//! Attacks on `/authorize` and `/userinfo`: requests nobody may be redirected for, and tokens that are none.

use crate::browser::Browser;
use crate::call::{Call, FORM};
use crate::front::Front;

crate::told!(
    a_request_that_cannot_be_trusted_is_never_redirected,
    a_request_that_does_not_fit_goes_back_without_a_code,
    a_posted_request_is_checked_like_a_link,
    a_token_that_is_none_tells_nothing,
    a_token_comes_in_the_header_and_nowhere_else,
    a_token_ends_after_five_minutes,
    a_token_for_oneself_opens_ones_own_reports_alone,
);

async fn a_request_that_cannot_be_trusted_is_never_redirected(front: Front) {
    let [harbour, kiosk] = &front.parties;
    let browser = Browser::signed_in(&front, &front.li().await.session);
    let ask = || harbour.question(&front.town).0;
    for (call, reason) in [
        (ask().with("client_id", "harbou"), "client_unknown"),
        (ask().with("client_id", ""), "client_unknown"),
        (ask().without("client_id"), "client_unknown"),
        (ask().with("client_id", "a".repeat(4000)), "client_unknown"),
        (ask().with("redirect_uri", kiosk.back), "redirect_uri_unknown"),
        (ask().with("client_id", kiosk.id), "redirect_uri_unknown"),
        (ask().with("redirect_uri", "https://harbour.example/back/.."), "redirect_uri_unknown"),
        (ask().with("redirect_uri", "https://harbour.example/back?x"), "redirect_uri_unknown"),
        (
            ask().with("redirect_uri", "https://harbour.example@evil.example/back"),
            "redirect_uri_unknown",
        ),
        (ask().with("redirect_uri", "https://harbour.example/bac"), "redirect_uri_unknown"),
        (ask().with("redirect_uri", "javascript:alert(1)"), "redirect_uri_unknown"),
        (ask().without("redirect_uri"), "redirect_uri_unknown"),
        (ask().with("state", b"\xff\xfe"), "parameter_misencoded"),
        (ask().with("state", b"\0"), "control_character"),
        (ask().with("nonce", b"a\r\nset-cookie: a=b"), "control_character"),
        (ask().with("state", "a".repeat(9000)), "request_too_long"),
    ] {
        let link = browser.dress(Call::get(format!("/authorize?{}", call.form())));
        front.refuses(&link, 400, reason).await;
        let page = front.send(&link.by_a_reader()).await;
        page.refused(400, reason);
        assert!(page.is_page());
    }
    for name in ask().names() {
        let link = Call::get(format!("/authorize?{}", ask().doubled(&name).form()));
        front.refuses(&browser.dress(link), 400, "parameter_doubled").await;
    }
    let many = (0..65).map(|number| format!("&p{number}=1")).collect::<Vec<_>>().concat();
    let link = Call::get(format!("/authorize?{}{many}", ask().form()));
    front.refuses(&browser.dress(link), 400, "too_many_parameters").await;
}

async fn a_request_that_does_not_fit_goes_back_without_a_code(front: Front) {
    let harbour = &front.parties[0];
    let browser = Browser::signed_in(&front, &front.li().await.session);
    let ask = || harbour.question(&front.town).0;
    let before = front.census().await;
    for (call, error) in [
        (ask().with("response_type", "token"), "unsupported_response_type"),
        (ask().without("response_type"), "invalid_request"),
        (ask().with("response_mode", "fragment"), "invalid_request"),
        (ask().with("claims", "{\"id_token\":7}"), "invalid_request"),
        (ask().without("code_challenge"), "invalid_request"),
        (ask().with("code_challenge", "short"), "invalid_request"),
        (ask().with("code_challenge_method", "plain"), "invalid_request"),
        (ask().without("code_challenge_method"), "invalid_request"),
        (ask().with("scope", "scene:log_in"), "invalid_scope"),
        (ask().with("scope", "openid scene:insure"), "invalid_scope"),
        (ask().with("scope", "openid scene:log_in scene:check_age"), "invalid_scope"),
        (ask().with("scope", "openid scene:log_in age_over_18"), "invalid_scope"),
        (ask().with("scope", "openid scene:check_age age_over_60"), "invalid_scope"),
        (ask().with("request", "e30.e30.e30"), "invalid_request_object"),
        (ask().with("request_uri", "https://harbour.example/r"), "request_uri_not_supported"),
        (ask().with("registration", "{}"), "registration_not_supported"),
        (ask().with("prompt", "none login"), "invalid_request"),
        (ask().with("max_age", "-1"), "invalid_request"),
        (ask().with("max_age", "9".repeat(40)), "invalid_request"),
        (ask().with("acr_values", "x ".repeat(17)), "invalid_request"),
        (ask().with("nonce", "n".repeat(513)), "invalid_request"),
        (ask().with("nonce", "网"), "invalid_request"),
        (ask().with("id_token_hint", "e30.e30.e30"), "invalid_request"),
        (ask().with("prompt", "none").with("scope", "openid scene:check_age"), "consent_required"),
        (ask().with("prompt", "none").with("max_age", "0"), "login_required"),
    ] {
        let state = String::from_utf8(call.value("state").to_vec()).expect("text");
        let link = browser.dress(Call::get(format!("/authorize?{}", call.form())));
        let answer = front.send(&link).await;
        assert!(answer.location().starts_with(harbour.back), "{link:?}");
        assert!(!answer.location().contains("code="), "{link:?}");
        assert_eq!(
            (answer.says("error").as_str(), answer.says("state")),
            (error, state),
            "{link:?}"
        );
        assert_eq!(answer.says("iss"), front.town.platform.issuer().as_str());
    }
    assert_eq!(front.census().await, before);
}

async fn a_posted_request_is_checked_like_a_link(front: Front) {
    let post =
        |body: &[u8]| Call::post("/authorize").request_with(Some(FORM), body.to_vec().into());
    front.ask(post(b"\xff")).await.refused(400, "body_unreadable");
    front.ask(post(b"a=1\r\nset-cookie: a=b")).await.refused(400, "body_unreadable");
    front.ask(post(b"\0")).await.refused(400, "body_unreadable");
    for body in ["", "client_id=x", "client_id=x&client_id=x", "//evil.example", "#", "?"] {
        let answer = front.ask(post(body.as_bytes())).await;
        let to = answer.location().to_owned();
        assert!(to.starts_with("/authorize?"), "{to}");
        let answer = front.send(&Call::get(to.split('#').next().unwrap_or_default())).await;
        assert_eq!(answer.status, 400, "{body}");
    }
}

async fn a_token_that_is_none_tells_nothing(front: Front) {
    let li = front.li().await;
    let platform = &front.town.platform;
    let token = front.access_token(li, &front.parties[1]).await;
    let code = front.code(li, &front.parties[1]).await.text;
    let session = platform.seal_session(&li.session).expect("sealed");
    let cut = token[..token.len() - 1].to_owned();
    let turned = format!("B{}", &token[1..]);
    for method in ["GET", "POST"] {
        let ask = |header: &str| {
            Call { method, ..Call::get("/userinfo") }.header("authorization", header)
        };
        for text in
            [&cut, &turned, &code, &session, &platform.challenge().expect("one"), &li.proof()]
        {
            front.refuses(&ask(&format!("Bearer {text}")), 401, "token_unknown").await;
        }
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer a,b",
            "Bearer %00",
            &format!("Bearer {}", "a".repeat(4097)),
        ] {
            front.refuses(&ask(header), 400, "bearer_malformed").await;
        }
        for header in ["", "Basic a2lvc2s6eA==", &format!("Digest {token}"), &token] {
            front.refuses(&ask(header), 401, "token_missing").await;
        }
        let twice =
            ask(&format!("Bearer {token}")).header("authorization", format!("Bearer {token}"));
        front.refuses(&twice, 400, "authorization_malformed").await;
        let raw = Call { method, ..Call::get("/userinfo") }.header("authorization", b"Bearer \xff");
        front.refuses(&raw, 400, "authorization_malformed").await;
    }
}

async fn a_token_comes_in_the_header_and_nowhere_else(front: Front) {
    let token = front.access_token(front.li().await, &front.parties[1]).await;
    let in_query = Call::get(format!("/userinfo?access_token={token}"));
    let in_form = Call::post("/userinfo").with("access_token", &token);
    let in_cookie = Call::get("/userinfo")
        .header("cookie", format!("access_token={token}; __Host-yinzheng={token}"));
    for call in [in_query, in_form, in_cookie] {
        front.refuses(&call, 401, "token_missing").await;
    }
}

async fn a_token_ends_after_five_minutes(front: Front) {
    let token = front.access_token(front.li().await, &front.parties[1]).await;
    let ask = Call::get("/userinfo").header("authorization", format!("Bearer {token}"));
    front.town.world.pass(5 * 60 - 1);
    front.send(&ask).await.let_in();
    front.town.world.pass(1);
    front.refuses(&ask, 401, "token_expired").await;
}

async fn a_token_for_oneself_opens_ones_own_reports_alone(front: Front) {
    let own = front.own_token().await;
    let persons = front.access_token(front.li().await, &front.parties[1]).await;
    let ask = |path: &str, token: &str| {
        Call::get(path).header("authorization", format!("Bearer {token}"))
    };
    let answer = front.send(&ask("/reports", &own)).await;
    answer.let_in();
    assert!(answer.body.contains("\"reports\":[]"), "{}", answer.body);
    front.refuses(&ask("/reports", &persons), 401, "token_unknown").await;
    front.refuses(&ask("/userinfo", &own), 401, "token_unknown").await;
    front.refuses(&Call::get("/reports"), 401, "token_missing").await;
    let in_query = Call::get(format!("/reports?access_token={own}"));
    front.refuses(&in_query, 401, "token_missing").await;
    front.refuses(&ask("/reports", &own[1..]), 401, "token_unknown").await;
    front.town.world.pass(5 * 60);
    front.refuses(&ask("/reports", &own), 401, "token_unknown").await;
}
