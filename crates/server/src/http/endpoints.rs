//! Every endpoint by name, so that a test can ask of each whether somebody attacked it.

use protocol::oidc::discovery as paths;

/// Method and path of everything the public address answers.
pub const ENDPOINTS: &[(&str, &str)] = &[
    ("GET", paths::AUTHORIZE_PATH),
    ("POST", paths::AUTHORIZE_PATH),
    ("GET", paths::END_SESSION_PATH),
    ("POST", paths::END_SESSION_PATH),
    ("POST", "/end-session/confirm"),
    ("POST", paths::PUSH_PATH),
    ("POST", paths::DEVICE_AUTHORIZATION_PATH),
    ("POST", paths::BACKCHANNEL_PATH),
    ("GET", paths::DEVICE_PATH),
    ("POST", paths::DEVICE_PATH),
    ("GET", paths::ANSWERED_PATH),
    ("POST", paths::TOKEN_PATH),
    ("POST", paths::REVOKE_PATH),
    ("POST", paths::INTROSPECT_PATH),
    ("POST", paths::PLAIN_IDENTITY_PATH),
    ("GET", paths::USERINFO_PATH),
    ("POST", paths::USERINFO_PATH),
    ("POST", "/register"),
    ("GET", "/register/{client_id}"),
    ("PUT", "/register/{client_id}"),
    ("DELETE", "/register/{client_id}"),
    ("GET", paths::JWKS_PATH),
    ("GET", "/jwks/certificates"),
    ("GET", "/jwks/receipts"),
    ("GET", "/jwks/verifiers"),
    ("GET", "/status/{list}"),
    ("GET", "/.well-known/openid-credential-issuer"),
    ("GET", "/.well-known/jwt-vc-issuer"),
    ("GET", "/credentials/net-certificate"),
    ("POST", "/credential-nonce"),
    ("POST", "/credential"),
    ("POST", "/deferred-credential"),
    ("POST", "/credential-notification"),
    ("POST", "/presentations"),
    ("GET", "/presentations/{question}"),
    ("POST", "/presentations/{question}"),
    ("POST", "/presentations/{question}/answer"),
    ("POST", "/verifier-attestation"),
    ("POST", "/presentation-result"),
    ("GET", "/reports"),
    ("GET", "/native/authenticate"),
    ("POST", "/native/verify"),
    ("GET", paths::OPENID_PATH),
    ("GET", paths::OAUTH_PATH),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/"),
    ("GET", "/language/{tag}"),
    ("GET", "/static/{file}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/passkey"),
    ("POST", "/sign-in/passkey"),
    ("POST", "/sign-in/other-way"),
    ("POST", "/sign-in/portrait"),
    ("POST", "/sign-in/portrait/taken"),
    ("POST", "/sign-in/portrait/prove"),
    ("GET", "/authorize/continue"),
    ("POST", "/authorize/decision"),
    ("GET", "/authorize/plain-identity"),
    ("POST", "/authorize/plain-identity"),
    ("POST", "/authorize/plain-identity/decline"),
    ("GET", "/authorize/other-device"),
    ("POST", "/authorize/other-device"),
    ("GET", "/authorize/other-device/standing"),
    ("POST", "/authorize/other-device/done"),
    ("GET", "/scan"),
    ("POST", "/scan"),
    ("POST", "/authorize/ask-guardian"),
    ("GET", "/enrol"),
    ("POST", "/enrol"),
    ("GET", "/enrol/sensitive"),
    ("POST", "/enrol/sensitive"),
    ("GET", "/enrol/document"),
    ("POST", "/enrol/document"),
    ("GET", "/enrol/chip"),
    ("POST", "/enrol/chip"),
    ("GET", "/enrol/guardian"),
    ("POST", "/enrol/guardian"),
    ("POST", "/enrol/ask-guardian"),
    ("GET", "/enrol/waiting"),
    ("GET", "/enrol/declined"),
    ("POST", "/enrol/carry"),
    ("GET", "/enrol/continue"),
    ("POST", "/enrol/continue"),
    ("GET", "/enrol/portrait"),
    ("POST", "/enrol/portrait"),
    ("POST", "/enrol/portrait/taken"),
    ("GET", "/enrol/phone"),
    ("POST", "/enrol/phone"),
    ("GET", "/enrol/phone-code"),
    ("POST", "/enrol/phone-code"),
    ("GET", "/enrol/device"),
    ("POST", "/enrol/device"),
    ("POST", "/enrolments"),
    ("GET", "/enrolments/notices"),
    ("POST", "/enrolments/documents"),
    ("POST", "/enrolments/current/holder"),
    ("GET", "/enrolments/current"),
    ("POST", "/enrolments/current/document"),
    ("POST", "/enrolments/current/chip"),
    ("POST", "/enrolments/current/guardian"),
    ("POST", "/enrolments/current/portrait"),
    ("POST", "/enrolments/current/phone"),
    ("POST", "/enrolments/current/phone-code"),
    ("POST", "/enrolments/current/certificate"),
    ("GET", "/children"),
    ("GET", "/me/children"),
    ("POST", "/me/children/card"),
    ("POST", "/me/children/answer"),
    ("POST", "/me/children/lift"),
    ("POST", "/me/children/resign"),
    ("POST", "/me/children/lock"),
    ("GET", "/me/children/apply"),
    ("POST", "/me/children/apply"),
    ("GET", "/me/children/apply/sensitive"),
    ("POST", "/me/children/apply/sensitive"),
    ("GET", "/me/guardians"),
    ("GET", "/guardian/request/{link}"),
    ("POST", "/guardian/request/{link}"),
    ("POST", "/guardian/request/{link}/card"),
    ("GET", "/me"),
    ("POST", "/me/lock"),
    ("GET", "/me/unlock"),
    ("POST", "/me/unlock"),
    ("POST", "/me/withdraw"),
    ("GET", "/me/export"),
    ("GET", "/me/cancel"),
    ("POST", "/me/cancel"),
    ("GET", "/me/documents"),
    ("POST", "/me/documents"),
    ("POST", "/me/documents/remove"),
    ("GET", "/me/passkeys"),
    ("POST", "/me/passkeys"),
    ("POST", "/me/passkeys/remove"),
    ("GET", "/me/code"),
    ("POST", "/me/code"),
    ("GET", "/me/asked"),
    ("POST", "/me/asked"),
    ("POST", "/me/asked/turn-away"),
    ("POST", "/me/asked/welcome"),
    ("POST", "/me/asked/code"),
    ("GET", "/me/confirm"),
    ("POST", "/me/confirm"),
    ("GET", "/me/phone"),
    ("POST", "/me/phone"),
    ("GET", "/me/phone/code"),
    ("POST", "/me/phone/code"),
    ("GET", "/me/report"),
    ("POST", "/me/report"),
    ("GET", "/me/reported"),
    ("GET", "/me/wallet"),
    ("POST", "/me/wallet"),
    ("GET", "/me/wallet/take"),
    ("POST", "/me/wallet/take"),
    ("POST", "/me/sign-out"),
    ("GET", "/lock"),
    ("POST", "/lock"),
    ("POST", "/lock/passkey"),
    ("POST", "/lock/sheet"),
    ("GET", "/lock/{link}"),
    ("POST", "/lock/{link}"),
    ("GET", "/sign-in/sheet"),
    ("POST", "/sign-in/sheet"),
    ("GET", "/me/sheet"),
    ("POST", "/me/sheet"),
    ("POST", "/me/sheet/revoke"),
    ("GET", "/me/delegations"),
    ("POST", "/me/delegations"),
    ("POST", "/me/delegations/confirm"),
    ("POST", "/me/delegations/revoke"),
    ("POST", "/me/delegations/act"),
    ("GET", "/delegate"),
    ("POST", "/delegate"),
    ("GET", "/counter"),
    ("GET", "/counter/join"),
    ("POST", "/counter/join"),
    ("GET", "/counter/sign-in"),
    ("POST", "/counter/sign-in"),
    ("POST", "/counter/sign-out"),
    ("GET", "/counter/enter"),
    ("POST", "/counter/enter"),
    ("GET", "/counter/guardianship"),
    ("POST", "/counter/guardianship"),
    ("POST", "/counter/sign"),
    ("GET", "/counter/application"),
    ("POST", "/counter/confirm"),
    ("POST", "/counter/decline"),
    ("GET", "/counter/person"),
    ("POST", "/counter/person"),
    ("GET", "/sandbox/sign-in"),
    ("POST", "/sandbox/sign-in"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The source of every router.
    fn routers(folder: &Path) -> String {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut text = String::new();
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                text += &routers(&path);
            } else {
                text += &std::fs::read_to_string(path).expect("source");
            }
        }
        text
    }

    fn path_of(argument: &str) -> &str {
        match argument.strip_prefix("paths::") {
            None => argument.trim_matches('"'),
            Some("AUTHORIZE_PATH") => paths::AUTHORIZE_PATH,
            Some("END_SESSION_PATH") => paths::END_SESSION_PATH,
            Some("PUSH_PATH") => paths::PUSH_PATH,
            Some("DEVICE_AUTHORIZATION_PATH") => paths::DEVICE_AUTHORIZATION_PATH,
            Some("BACKCHANNEL_PATH") => paths::BACKCHANNEL_PATH,
            Some("DEVICE_PATH") => paths::DEVICE_PATH,
            Some("ANSWERED_PATH") => paths::ANSWERED_PATH,
            Some("TOKEN_PATH") => paths::TOKEN_PATH,
            Some("REVOKE_PATH") => paths::REVOKE_PATH,
            Some("INTROSPECT_PATH") => paths::INTROSPECT_PATH,
            Some("PLAIN_IDENTITY_PATH") => paths::PLAIN_IDENTITY_PATH,
            Some("USERINFO_PATH") => paths::USERINFO_PATH,
            Some("JWKS_PATH") => paths::JWKS_PATH,
            Some("OPENID_PATH") => paths::OPENID_PATH,
            Some("OAUTH_PATH") => paths::OAUTH_PATH,
            Some(other) => panic!("{other} is a path this test does not know"),
        }
    }

    #[test]
    fn the_routers_answer_these_and_no_others() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let text = include_str!("../http.rs").to_owned()
            + include_str!("enrolments.rs")
            + &routers(&source.join("web"));
        let mut routed = BTreeSet::new();
        for route in text.split(".route(").skip(1) {
            let (path, handlers) = route.split_once(',').expect("a path and handlers");
            let handlers = handlers.split(".route(").next().unwrap_or_default();
            let handlers = handlers.lines().next().unwrap_or_default();
            for (verb, method) in
                [("get(", "GET"), ("post(", "POST"), ("put(", "PUT"), ("delete(", "DELETE")]
            {
                if handlers.contains(verb) {
                    routed.insert((method, path_of(path)));
                }
            }
        }
        assert_eq!(routed, ENDPOINTS.iter().copied().collect());
        assert_eq!(routed.len(), ENDPOINTS.len(), "none is named twice");
    }
}
