//! What may not be asked, or not this way: refused before the person sees a page, and nothing is written.

use yinzheng_testkit::{Ask, Town, refusal, stories};

stories!(
    over_asking_is_refused_by_redirect,
    what_cannot_be_trusted_is_never_redirected,
    what_is_malformed_is_refused_by_redirect,
    a_portrait_is_not_offered_where_none_is_compared,
    unknown_words_are_passed_over,
);

async fn over_asking_is_refused_by_redirect(town: Town) {
    let (shop, airline) = (town.ask(&town.shop()), town.ask(&town.airline()));
    for (what, ask) in [
        ("age when logging in", shop.clone().with("scope", "openid scene:log_in age_over_18")),
        ("a scene nobody knows", shop.clone().with("scope", "openid scene:spy")),
        ("another's scene", shop.with("scope", "openid scene:book_ticket")),
        (
            "what the scene allows and nobody registered",
            airline.with("scope", "openid scene:book_ticket age_over_14"),
        ),
    ] {
        assert_eq!(error(&town, &ask).await, "invalid_scope", "{what}");
    }
}

async fn what_cannot_be_trusted_is_never_redirected(town: Town) {
    let mut li = town.enrolled(34).await;
    let (ask, before) = (town.ask(&town.airline()), town.census().await);
    for redirect_uri in [
        "https://evil.example/back",
        "https://air.example/back/",
        "https://air.example/back?x=1",
        "https://air.example/BACK",
        "https://air.example.evil.example/back",
        "http://air.example/back",
        "https://app.air.example/back",
        "",
    ] {
        let ask = ask.clone().with("redirect_uri", redirect_uri);
        assert_eq!(refusal(li.go(&ask).await), "redirect_uri_unknown", "{redirect_uri}");
    }
    let missing = ask.clone().without("redirect_uri");
    assert_eq!(refusal(li.go(&missing).await), "redirect_uri_unknown");
    for client in ["nobody", "", "airline-web "] {
        let ask = ask.clone().with("client_id", client);
        assert_eq!(refusal(li.go(&ask).await), "client_unknown", "{client}");
    }
    let twice = format!("{}&client_id=shop", ask.query());
    assert!(town.platform.authorize(Some(&li.session), &twice).await.is_err());
    assert_eq!(town.census().await, before);
}

async fn what_is_malformed_is_refused_by_redirect(town: Town) {
    let ask = town.ask(&town.airline());
    for (error_code, ask) in [
        ("invalid_request", ask.clone().without("code_challenge")),
        ("invalid_request", ask.clone().with("code_challenge_method", "plain")),
        ("invalid_request", ask.clone().without("code_challenge_method")),
        ("invalid_request", ask.clone().with("code_challenge", "short")),
        ("invalid_request", ask.clone().with("max_age", "-1")),
        ("invalid_request", ask.clone().with("prompt", "none login")),
        ("invalid_scope", ask.clone().with("scope", "scene:log_in")),
        ("invalid_scope", ask.clone().with("scope", "openid scene:log_in scene:book_ticket")),
        ("unsupported_response_type", ask.clone().with("response_type", "token")),
        ("invalid_request_object", ask.clone().with("request", "x.y.z")),
        ("request_uri_not_supported", ask.with("request_uri", "https://air.example/r")),
    ] {
        assert_eq!(error(&town, &ask).await, error_code, "{}", ask.query());
    }
}

async fn a_portrait_is_not_offered_where_none_is_compared(town: Town) {
    let mut li = town.enrolled(34).await;
    town.face_verifier.cut();
    let portrait = "urn:yinzheng:acr:certificate+portrait";
    let ask = town.ask(&town.airline()).with("acr_values", portrait);
    assert_eq!(li.go(&ask).await.unwrap().error(), "unmet_authentication_requirements");
}

async fn unknown_words_are_passed_over(town: Town) {
    let mut li = town.enrolled(34).await;
    let scope = "openid profile email phone address name age_over_17";
    let journey = li.go(&town.ask(&town.airline()).with("scope", scope)).await.unwrap();
    let told = town.redeem(&journey.code()).await.unwrap();
    let answer = serde_json::to_value(&told.response).unwrap();
    assert_eq!(answer["scope"], "openid", "only what is granted");
    assert_eq!(told.id_token["scene"], "log_in", "the first scene is meant when none is named");
}

/// The error the application is sent, with its state and our name, to a person signed in; nothing is written.
async fn error(town: &Town, ask: &Ask) -> String {
    let mut li = town.adult().enrol().await;
    let before = town.census().await;
    let journey = li.go(ask).await.unwrap();
    assert_eq!(journey.pages, []);
    assert_eq!(journey.says("state").as_deref(), Some(ask.value("state")));
    assert_eq!(journey.says("iss").as_deref(), Some(yinzheng_testkit::ISSUER));
    assert_eq!(town.census().await, before);
    journey.error()
}
