//! The authorization request under attack: where it is refused, and where that is said.

use jiff::SignedDuration;
use proptest::prelude::*;
use url::Url;

use super::*;
use crate::oauth::client::{Client, ClientAuthentication};
use crate::oauth::response::Delivery;
use crate::samples::{self, CHALLENGE, REDIRECT_URI, SECRET, issuer, now};

const GOOD: [(&str, &str); 8] = [
    ("response_type", "code"),
    ("client_id", "airline"),
    ("redirect_uri", REDIRECT_URI),
    ("scope", "openid scene:log_in age_over_18"),
    ("state", "af0ifjsldkj"),
    ("nonce", "n-0S6_WzA2Mj"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

fn airline() -> Client {
    samples::client("airline", ClientAuthentication::by_secret(SECRET))
}

fn query(changes: &[(&str, Option<&str>)]) -> String {
    samples::form(&GOOD, changes)
}

fn ask(query: &str) -> Result<AuthorizationRequest, AuthorizeError> {
    AuthorizationRequest::parse(query)?.check(&airline(), &issuer(), now())
}

#[track_caller]
fn page(query: &str) -> &'static str {
    match ask(query) {
        Err(AuthorizeError::Page(error)) => error.reason,
        other => panic!("not a page: {other:?} for {query}"),
    }
}

fn by_link(answer: Answer) -> Url {
    match answer.deliver(now(), |_| Err(())).unwrap() {
        Delivery::Redirect(to) => to,
        Delivery::Post { .. } => panic!("nobody wanted a form"),
    }
}

#[track_caller]
fn redirect(query: &str) -> (Url, OAuthError) {
    match ask(query) {
        Err(AuthorizeError::Redirect { answer, error }) => (by_link(*answer), error),
        other => panic!("not a redirect: {other:?} for {query}"),
    }
}

#[test]
fn a_complete_request_is_read() {
    let request = ask(&query(&[
        ("acr_values", Some("urn:yinzheng:acr:certificate+passcode urn:yinzheng:acr:certificate")),
        ("prompt", Some("login consent")),
        ("max_age", Some("300")),
        ("ui_locales", Some("zh-CN en")),
        ("something_else", Some("ignored")),
    ]))
    .unwrap();
    assert_eq!(request.client_id.as_str(), "airline");
    assert_eq!(request.redirect_uri.as_str(), REDIRECT_URI);
    assert_eq!(request.scope.scene(), Some("log_in"));
    assert_eq!(request.scope.attributes().collect::<Vec<_>>(), ["age_over_18"]);
    assert_eq!(request.state.as_ref().unwrap().as_str(), "af0ifjsldkj");
    assert_eq!(request.nonce.as_ref().unwrap().as_str(), "n-0S6_WzA2Mj");
    assert_eq!(
        request.acr_values,
        ["urn:yinzheng:acr:certificate+passcode", "urn:yinzheng:acr:certificate"]
    );
    assert_eq!(request.prompt, Prompt::Pages { sign_in: true, consent: true });
    assert_eq!(request.max_age, Some(300));
    assert_eq!(request.ui_locales, ["zh-CN", "en"]);

    let sealed = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&sealed).unwrap(), request);
}

#[test]
fn what_need_not_be_said_need_not() {
    let request = ask(&query(&[("state", None), ("nonce", Some(""))])).unwrap();
    assert_eq!((request.state, request.nonce, request.max_age), (None, None, None));
    assert_eq!(request.prompt, Prompt::Pages { sign_in: false, consent: false });
    assert!(request.acr_values.is_empty() && request.ui_locales.is_empty());
}

/// RFC 9700 §4.1: insufficient redirection URI validation, trick by trick.
#[test]
fn no_redirect_uri_but_the_registered_one() {
    for trick in [
        "https://AIR.example/cb",
        "HTTPS://air.example/cb",
        "http://air.example/cb",
        "https://air.example:443/cb",
        "https://air.example:8443/cb",
        "https://user@air.example/cb",
        "https://air.example@evil.example/cb",
        "https://air.example:pw@evil.example/cb",
        "https://air.example\\@evil.example/cb",
        "https://evil.example/?https://air.example/cb",
        "https://evil.example#https://air.example/cb",
        "https://air.example/cb#",
        "https://air.example/cb#x",
        "https://air.example/cb?",
        "https://air.example/cb?next=https://evil.example",
        "https://air.example./cb",
        "https://evil.air.example/cb",
        "https://air.example.evil.example/cb",
        "https://air.example/cb/",
        "https://air.example/cb/../cb",
        "https://air.example/cb/../../evil",
        "https://air.example/x/%2e%2e/cb",
        "https://air.example//cb",
        "https://air.example/CB",
        "https://air.example/%63b",
        "https://air.example%2fcb",
        "https%3A%2F%2Fair.example%2Fcb",
        "https://аir.example/cb",
        "https://air。example/cb",
        "https://xn--ir-6kc.example/cb",
        " https://air.example/cb",
        "https://air.example/cb ",
        "https://air.example",
        "//air.example/cb",
        "/cb",
        "javascript:alert(1)//https://air.example/cb",
        "data:text/html,https://air.example/cb",
        "http://127.0.0.1:9002/cb",
        "http://127.0.0.1/cb",
        "http://localhost:9001/cb",
        "http://127.1:9001/cb",
        "http://[::1]:9001/cb",
        "*",
    ] {
        assert_eq!(
            page(&query(&[("redirect_uri", Some(trick))])),
            "redirect_uri_unknown",
            "{trick}"
        );
    }
    assert_eq!(page(&query(&[("redirect_uri", None)])), "redirect_uri_unknown");
    assert_eq!(page(&query(&[("redirect_uri", Some(""))])), "redirect_uri_unknown");
    assert!(ask(&query(&[("redirect_uri", Some("http://127.0.0.1:9001/cb"))])).is_ok());
}

#[test]
fn nothing_is_redirected_before_the_client_is_known() {
    assert_eq!(page(""), "client_unknown");
    assert_eq!(page(&query(&[("client_id", None)])), "client_unknown");
    assert_eq!(page(&query(&[("client_id", Some("shop"))])), "client_unknown");
    assert_eq!(page(&query(&[("client_id", Some("../airline"))])), "client_unknown");
    let good = query(&[]);
    assert_eq!(page(&format!("{good}&state=other")), "parameter_doubled");
    assert_eq!(
        page(&format!("{good}&redirect%5Furi=https%3A%2F%2Fevil.example")),
        "parameter_doubled"
    );
    assert_eq!(page(&format!("{good}&x=%0d%0aLocation:")), "control_character");
    assert_eq!(page(&format!("{good}&x=%00")), "control_character");
    assert_eq!(page(&format!("{good}&x=%zz")), "parameter_misencoded");
    assert_eq!(page(&format!("{good}&x={}", "x".repeat(8 * 1024))), "request_too_long");
}

#[test]
fn later_errors_go_to_the_client() {
    let hint = "eyJhbGciOiJub25lIn0.e30.";
    let (many, long) = ("a ".repeat(17), "a".repeat(129));
    for (name, value, code, reason) in [
        ("response_type", None, "invalid_request", "parameter_missing"),
        ("response_type", Some("token"), "unsupported_response_type", "response_type_not_code"),
        (
            "response_type",
            Some("code id_token"),
            "unsupported_response_type",
            "response_type_not_code",
        ),
        ("response_type", Some("none"), "unsupported_response_type", "response_type_not_code"),
        ("response_mode", Some("fragment"), "invalid_request", "response_mode_unknown"),
        ("request", Some("eyJ"), "invalid_request_object", "request_object_without_key"),
        ("claims", Some("[]"), "invalid_request", "claims_malformed"),
        ("request_uri", Some("urn:x"), "request_uri_not_supported", "parameter_not_supported"),
        ("registration", Some("{}"), "registration_not_supported", "parameter_not_supported"),
        ("scope", None, "invalid_scope", "openid_missing"),
        ("scope", Some("profile"), "invalid_scope", "openid_missing"),
        ("scope", Some("openid scene:a scene:b"), "invalid_scope", "scenes_doubled"),
        ("code_challenge", None, "invalid_request", "code_challenge_missing"),
        ("code_challenge", Some("short"), "invalid_request", "code_challenge_malformed"),
        ("code_challenge_method", None, "invalid_request", "code_challenge_method_not_s256"),
        (
            "code_challenge_method",
            Some("plain"),
            "invalid_request",
            "code_challenge_method_not_s256",
        ),
        ("nonce", Some("网"), "invalid_request", "state_or_nonce_malformed"),
        ("prompt", Some("none login"), "invalid_request", "prompt_none_with_others"),
        ("prompt", Some("sudo"), "invalid_request", "prompt_unknown"),
        ("max_age", Some("-1"), "invalid_request", "max_age_malformed"),
        ("max_age", Some("+1"), "invalid_request", "max_age_malformed"),
        ("max_age", Some("1.5"), "invalid_request", "max_age_malformed"),
        ("max_age", Some("99999999999"), "invalid_request", "max_age_malformed"),
        ("acr_values", Some(&many), "invalid_request", "list_too_long"),
        ("ui_locales", Some(&long), "invalid_request", "list_too_long"),
        ("id_token_hint", Some("x"), "invalid_request", "id_token_hint_not_ours"),
        ("id_token_hint", Some(hint), "invalid_request", "id_token_hint_not_ours"),
    ] {
        let (to, error) = redirect(&query(&[(name, value)]));
        assert_eq!((error.code.as_str(), error.reason), (code, reason), "{name}={value:?}");
        let said = |wanted: &str| {
            let found = to.query_pairs().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned())
        };
        assert!(to.as_str().starts_with("https://air.example/cb?"), "{to}");
        assert_eq!(said("error").as_deref(), Some(code));
        assert_eq!(said("state").as_deref(), Some("af0ifjsldkj"));
        assert_eq!(said("iss").as_deref(), Some("https://id.example"));
        assert_eq!(said("code"), None);
    }
}

#[test]
fn a_state_that_cannot_be_given_back_is_not() {
    for state in ["网", &"x".repeat(513)] {
        let (to, error) = redirect(&query(&[("state", Some(state))]));
        assert_eq!(error.reason, "state_or_nonce_malformed");
        assert!(to.query_pairs().all(|(name, _)| name != "state"), "{to}");
    }
}

#[test]
fn a_sign_in_serves_while_it_is_fresh_enough() {
    let ago = |seconds| now() - SignedDuration::from_secs(seconds);
    for (changes, age, served) in [
        (vec![], 86_400, true),
        (vec![("max_age", Some("60"))], 60, true),
        (vec![("max_age", Some("60"))], 61, false),
        (vec![("max_age", Some("0"))], 1, false),
        (vec![("prompt", Some("login"))], 1, false),
        (vec![("prompt", Some("login")), ("max_age", Some("60"))], 1, false),
        // In the same second, but before.
        (vec![("max_age", Some("0"))], 0, false),
        (vec![("prompt", Some("login"))], 0, false),
        (vec![("prompt", Some("select_account"))], 0, false),
    ] {
        let request = ask(&query(&changes)).unwrap();
        let found = SignIn::Found(ago(age));
        assert_eq!(request.is_served_by(found, now()), served, "{changes:?} after {age} s");
        let made = SignIn::Made(ago(age));
        assert_eq!(request.is_served_by(made, now()), served || age == 0, "{changes:?}");
    }
    let request = ask(&query(&[("prompt", Some("login")), ("max_age", Some("0"))])).unwrap();
    assert!(request.is_served_by(SignIn::Made(ago(-30)), now()));
}

#[test]
fn answers_go_where_the_request_said() {
    let request = ask(&query(&[])).unwrap();
    assert_eq!(
        by_link(request.accepted(&issuer(), "c0de")).as_str(),
        "https://air.example/cb?code=c0de&state=af0ifjsldkj&iss=https%3A%2F%2Fid.example"
    );
    let declined = ErrorCode::AccessDenied.because("declined", "the person declined");
    let AuthorizeError::Redirect { answer, .. } = request.refused(&issuer(), declined) else {
        panic!("not a redirect");
    };
    let to = by_link(*answer);
    assert!(to.as_str().starts_with("https://air.example/cb?error=access_denied&"), "{to}");
}

proptest! {
    /// Whatever one parameter says, the answer is ours or goes to the registered URI.
    #[test]
    fn nothing_leads_elsewhere(which in 0..GOOD.len(), value in ".{0,100}") {
        let (name, _) = GOOD[which];
        match ask(&query(&[(name, Some(&value))])) {
            Ok(request) => prop_assert_eq!(request.redirect_uri.as_str(), REDIRECT_URI),
            Err(AuthorizeError::Page(_)) => {}
            Err(AuthorizeError::Redirect { answer, .. }) => {
                let to = by_link(*answer);
                prop_assert!(to.as_str().starts_with("https://air.example/cb?error="));
            }
        }
    }
}
