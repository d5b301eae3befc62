//! What a client may ask by itself, and what it is answered.

use serde_json::{Value, json};

use super::*;
use crate::{
    oauth::{
        client::ClientAuthentication,
        client_metadata::{ClientMetadata, GrantType, RequestSigning},
        redirect_uri::RedirectUri,
    },
    samples::{self, SECRET, VERIFIER, now},
};

const GOOD: [(&str, &str); 3] =
    [("scope", "openid scene:log_in"), ("login_hint", "WDJB-MJHT"), ("binding_message", "柜台 7")];

fn kept() -> KeptAnswer {
    let secret: CodeVerifier = VERIFIER.parse().unwrap();
    KeptAnswer {
        at: "https://id.example/device/answered".parse().unwrap(),
        code_challenge: secret.challenge(),
    }
}

fn calls(mode: DeliveryMode) -> ClientMetadata {
    let endpoint: RedirectUri = "https://air.example/told".parse().unwrap();
    ClientMetadata {
        grant_types: vec![GrantType::Ciba],
        backchannel_token_delivery_mode: Some(mode),
        backchannel_client_notification_endpoint: Some(endpoint),
        ..ClientMetadata::default()
    }
}

fn ask(metadata: ClientMetadata, changes: &[(&str, Option<&str>)]) -> Result<Asking, OAuthError> {
    let mut client = samples::client("airline", ClientAuthentication::by_secret(SECRET));
    client.metadata = metadata;
    let form = samples::form(&GOOD, changes);
    let basic = samples::basic("airline", SECRET);
    let asked = BackchannelRequest::parse(Carried::with(Some(&basic)), &form)?;
    let proved = asked.credentials.authenticate(&client, &samples::issuer(), now())?;
    asked.check(&proved, &samples::issuer(), &kept(), now())
}

#[test]
fn a_whole_request_is_read() {
    let asking = ask(calls(DeliveryMode::Poll), &[("requested_expiry", Some("90"))]).unwrap();
    assert_eq!(asking.message.as_deref(), Some("柜台 7"));
    assert_eq!(asking.waits, SignedDuration::from_secs(90));
    assert!(matches!(asking.hint, Hint::ReadOut(_)));
    assert_eq!(asking.request.redirect_uri, kept().at);
    for (wish, granted) in [("1", 30), ("30", 30), ("301", 300), ("999999999", 300)] {
        let asking = ask(calls(DeliveryMode::Poll), &[("requested_expiry", Some(wish))]);
        assert_eq!(asking.unwrap().waits.as_secs(), granted, "{wish}");
    }
}

#[test]
fn an_assertion_names_us_by_any_of_our_addresses() {
    let key = formats::SigningKey::generate();
    let mut client = samples::client_by_key("airline", &key);
    client.metadata = calls(DeliveryMode::Poll);
    let ask = |audience: &str| {
        let mut claims = samples::assertion_claims();
        claims["aud"] = json!(audience);
        let assertion = samples::sign(&key, &claims);
        let kind = samples::encoded(crate::oauth::client_assertion::ASSERTION_TYPE);
        let form = samples::form(&GOOD, &[]);
        let form = format!("{form}&client_assertion={assertion}&client_assertion_type={kind}");
        let asked = BackchannelRequest::parse(Carried::default(), &form)?;
        let proved = asked.credentials.authenticate(&client, &samples::issuer(), now())?;
        asked.check(&proved, &samples::issuer(), &kept(), now())
    };
    for ours in ["", "/token", "/backchannel-authentication"] {
        assert!(ask(&format!("https://id.example{ours}")).is_ok(), "{ours}");
    }
    for other in ["https://id.example/", "https://id.example/me", "https://evil.example"] {
        assert_eq!(ask(other).unwrap_err().code.as_str(), "invalid_client", "{other}");
    }
}

#[test]
fn what_it_comes_back_with_is_long_and_plain() {
    let id: CodeVerifier = VERIFIER.parse().unwrap();
    let mut client = samples::client("airline", ClientAuthentication::by_secret(SECRET));
    for (mode, interval, members) in [
        (DeliveryMode::Poll, json!(5), 3),
        (DeliveryMode::Ping, json!(5), 3),
        (DeliveryMode::Push, Value::Null, 2),
    ] {
        client.metadata = calls(mode);
        let answer = BackchannelResponse::new(&client, &id, LONGEST);
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!((&answer["expires_in"], &answer["interval"]), (&json!(300), &interval));
        assert_eq!(answer.as_object().unwrap().len(), members, "{mode:?}");
    }
}

#[test]
fn what_is_not_whole_is_refused() {
    let long = "字".repeat(65);
    let token = format!("{}=", "t".repeat(1024));
    let (poll, ping) = (calls(DeliveryMode::Poll), calls(DeliveryMode::Ping));
    // Whoever is pushed never presents the grant type, and need not register it.
    let push = ClientMetadata { grant_types: Vec::new(), ..calls(DeliveryMode::Push) };
    for (metadata, name, value, reason) in [
        (&ClientMetadata::default(), "scope", Some("openid"), "grant_type_not_registered"),
        (&poll, "scope", None, "openid_missing"),
        (&poll, "login_hint", None, "hint_missing"),
        (&poll, "login_hint", Some("13800138000"), "person_unknown"),
        (&poll, "login_hint", Some("li@example.com"), "person_unknown"),
        (&poll, "id_token_hint", Some("x"), "hints_many"),
        (&poll, "login_hint_token", Some("x"), "hints_many"),
        (&poll, "binding_message", Some(&long), "binding_message_malformed"),
        (&poll, "binding_message", Some("a\u{202e}b"), "binding_message_malformed"),
        (&poll, "binding_message", Some(" a"), "binding_message_malformed"),
        (&poll, "requested_expiry", Some("0"), "requested_expiry_malformed"),
        (&poll, "requested_expiry", Some("-5"), "requested_expiry_malformed"),
        (&poll, "requested_expiry", Some("1e2"), "requested_expiry_malformed"),
        (&poll, "request", Some("e30.e30.e30"), "beside_signed_request"),
        (&ping, "scope", Some("openid"), "client_notification_token_missing"),
        (&push, "scope", Some("openid"), "client_notification_token_missing"),
        (&push, "client_notification_token", Some("a b"), "client_notification_token_malformed"),
        (&ping, "client_notification_token", Some("a b"), "client_notification_token_malformed"),
        (&ping, "client_notification_token", Some(&token), "client_notification_token_malformed"),
    ] {
        let error = ask(metadata.clone(), &[(name, value)]).unwrap_err();
        assert_eq!(error.reason, reason, "{name}={value:?}");
    }
    for told in [ping, push] {
        let token = ask(told, &[("client_notification_token", Some("8d67dc78-7faa"))]).unwrap();
        assert_eq!(token.notification_token.unwrap().expose(), "8d67dc78-7faa");
    }
}

#[test]
fn a_failure_is_pushed_in_one_of_three_words() {
    let other = ErrorCode::InvalidGrant.because("consent_withdrawn", "the consent was withdrawn");
    for (why, word) in [
        (not_now(), "access_denied"),
        (crate::oauth::device::expired(), "expired_token"),
        (other, "transaction_failed"),
    ] {
        let said: Value =
            serde_json::from_str(&PushedAnswer::failure("1c266", &why).text()).unwrap();
        let whole =
            json!({"auth_req_id": "1c266", "error": word, "error_description": why.description});
        assert_eq!(said, whole);
    }
}

fn signed(changes: &Value) -> Result<Asking, OAuthError> {
    let key = formats::SigningKey::generate();
    let mut client = samples::client_by_key("airline", &key);
    client.metadata = ClientMetadata {
        backchannel_authentication_request_signing_alg: Some(RequestSigning::Es256),
        ..calls(DeliveryMode::Poll)
    };
    client.profile = Profile::Fapi2;
    let at = now().as_second();
    let mut claims = json!({
        "iss": "airline", "aud": "https://id.example", "exp": at + 60, "iat": at, "nbf": at,
        "jti": "j", "scope": "openid scene:log_in", "login_hint": "WDJB-MJHT",
        "binding_message": "W4SCT",
    });
    let beside = changes.get("beside").and_then(Value::as_str).unwrap_or_default();
    for (name, value) in changes.as_object().unwrap().iter().filter(|(name, _)| *name != "beside") {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
    }
    let assertion = samples::sign(&key, &samples::assertion_claims());
    let kind = samples::encoded(crate::oauth::client_assertion::ASSERTION_TYPE);
    let request = samples::sign(&key, &claims);
    let form = format!(
        "client_assertion={assertion}&client_assertion_type={kind}&request={request}{beside}"
    );
    let asked = BackchannelRequest::parse(Carried::default(), &form)?;
    let proved = asked.credentials.authenticate(&client, &samples::issuer(), now())?;
    asked.check(&proved, &samples::issuer(), &kept(), now())
}

#[test]
fn a_signed_request_is_all_there_is() {
    assert_eq!(signed(&json!({})).unwrap().message.as_deref(), Some("W4SCT"));
    for either in [json!(90), json!("90")] {
        let asking = signed(&json!({ "requested_expiry": either })).unwrap();
        assert_eq!(asking.waits.as_secs(), 90);
    }
    let at = now().as_second();
    for (changes, reason) in [
        (json!({"beside": "&scope=openid"}), "beside_signed_request"),
        (json!({"nbf": null}), "request_object_malformed"),
        (json!({"iat": null}), "request_object_malformed"),
        (json!({"jti": null}), "request_object_malformed"),
        (json!({"iss": "shop"}), "request_object_of_another"),
        (json!({"aud": "https://evil.example"}), "request_object_for_another"),
        (json!({"exp": at + 3601}), "request_object_expired"),
        (json!({"exp": at + 3600, "nbf": at - 60}), "request_object_expired"),
        (json!({"exp": at}), "request_object_expired"),
        (json!({"binding_message": null}), "binding_message_missing"),
    ] {
        assert_eq!(signed(&changes).unwrap_err().reason, reason, "{changes}");
    }
}
