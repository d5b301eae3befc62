//! Where one stands at each endpoint, and what a refused try may leave there.

/// How to come before an endpoint honestly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stand {
    /// Anybody may ask for it.
    Open(&'static str),
    /// A relying party asks, by link or by form.
    Ask,
    /// A relying party has somebody signed out.
    EndSession,
    /// Somebody is asked whether to sign out.
    SignOut,
    /// An integration of the native interface sends a browser.
    Native,
    /// A relying party pushes a request.
    Push,
    /// A relying party redeems a code.
    Redeem,
    /// A relying party gives a token back, or asks what it is worth.
    About,
    /// A relying party fetches what it was told it may.
    Fetch,
    /// The page on plain identity.
    Plain,
    /// A relying party asks with an access token.
    Told,
    /// A relying party asks with a token of its own.
    Own,
    /// A form on a page for anybody.
    Form { page: &'static str },
    /// The consent after the first one.
    Sensitive,
    /// A step of enrolment, its page or its form.
    Step,
    /// The picture after the consent to it.
    Portrait,
    /// The device proves its key.
    SignIn,
    /// The same, where a relying party wants a portrait.
    Face,
    /// After the sign-in.
    Continue,
    /// The page of approval.
    Decision,
    /// The person's own pages.
    Mine,
    /// What else proves the person: passkeys and the dynamic code.
    Factor,
    /// A further document, and taking it away.
    Documents,
    /// The code that came to a new number.
    NewPhone,
    /// The device, a passkey or the paper locks.
    Lock,
    /// The link of a message.
    LockLink,
    /// At a counter.
    Counter,
    /// With a sheet or a delegation.
    Delegate,
    /// A use that a relying party made of the person.
    Report,
    /// Between two devices.
    Knock,
    /// Guardians, children, and young people who wait.
    Family,
}

/// Every endpoint that stories attack.
pub(crate) const STANDS: &[(&str, &str, Stand)] = &[
    ("GET", "/authorize", Stand::Ask),
    ("POST", "/authorize", Stand::Ask),
    ("GET", "/end-session", Stand::EndSession),
    ("POST", "/end-session", Stand::EndSession),
    ("POST", "/end-session/confirm", Stand::SignOut),
    ("POST", "/par", Stand::Push),
    ("POST", "/device_authorization", Stand::Knock),
    ("POST", "/backchannel-authentication", Stand::Knock),
    ("GET", "/me/asked", Stand::Mine),
    ("POST", "/me/asked", Stand::Knock),
    ("POST", "/me/asked/turn-away", Stand::Knock),
    ("POST", "/me/asked/welcome", Stand::Knock),
    ("POST", "/me/asked/code", Stand::Knock),
    ("GET", "/authorize/other-device", Stand::Knock),
    ("POST", "/authorize/other-device", Stand::Knock),
    ("GET", "/authorize/other-device/standing", Stand::Knock),
    ("POST", "/authorize/other-device/done", Stand::Knock),
    ("GET", "/scan", Stand::Knock),
    ("POST", "/scan", Stand::Knock),
    ("GET", "/device", Stand::Knock),
    ("POST", "/device", Stand::Knock),
    ("GET", "/device/answered", Stand::Open("/device/answered?said=yes")),
    ("POST", "/token", Stand::Redeem),
    ("POST", "/revoke", Stand::About),
    ("POST", "/introspect", Stand::About),
    ("POST", "/plain-identity", Stand::Fetch),
    ("GET", "/userinfo", Stand::Told),
    ("POST", "/userinfo", Stand::Told),
    ("GET", "/reports", Stand::Own),
    ("GET", "/native/authenticate", Stand::Native),
    ("GET", "/jwks", Stand::Open("/jwks")),
    ("GET", "/jwks/certificates", Stand::Open("/jwks/certificates")),
    ("GET", "/jwks/receipts", Stand::Open("/jwks/receipts")),
    ("GET", "/jwks/verifiers", Stand::Open("/jwks/verifiers")),
    ("GET", "/status/{list}", Stand::Open("/status/0")),
    (
        "GET",
        "/.well-known/openid-credential-issuer",
        Stand::Open("/.well-known/openid-credential-issuer"),
    ),
    ("GET", "/.well-known/jwt-vc-issuer", Stand::Open("/.well-known/jwt-vc-issuer")),
    ("GET", "/credentials/net-certificate", Stand::Open("/credentials/net-certificate")),
    ("GET", "/.well-known/openid-configuration", Stand::Open("/.well-known/openid-configuration")),
    (
        "GET",
        "/.well-known/oauth-authorization-server",
        Stand::Open("/.well-known/oauth-authorization-server"),
    ),
    ("GET", "/enrolments/notices", Stand::Open("/enrolments/notices")),
    ("GET", "/health/live", Stand::Open("/health/live")),
    ("GET", "/health/ready", Stand::Open("/health/ready")),
    ("GET", "/", Stand::Open("/")),
    ("GET", "/language/{tag}", Stand::Open("/language/en?to=/me")),
    ("GET", "/static/{file}", Stand::Open("/static/style.css")),
    ("GET", "/sign-in", Stand::Open("/sign-in?to=/me")),
    ("POST", "/sign-in", Stand::SignIn),
    ("GET", "/sign-in/passkey", Stand::Open("/sign-in/passkey?to=/me")),
    ("POST", "/sign-in/passkey", Stand::Factor),
    ("POST", "/sign-in/other-way", Stand::Face),
    ("POST", "/sign-in/portrait", Stand::Face),
    ("POST", "/sign-in/portrait/taken", Stand::Face),
    ("POST", "/sign-in/portrait/prove", Stand::Face),
    ("GET", "/authorize/continue", Stand::Continue),
    ("POST", "/authorize/decision", Stand::Decision),
    ("GET", "/authorize/plain-identity", Stand::Plain),
    ("POST", "/authorize/plain-identity", Stand::Plain),
    ("POST", "/authorize/plain-identity/decline", Stand::Plain),
    ("GET", "/enrol", Stand::Open("/enrol")),
    ("POST", "/enrol", Stand::Form { page: "/enrol" }),
    ("GET", "/enrol/sensitive", Stand::Sensitive),
    ("POST", "/enrol/sensitive", Stand::Sensitive),
    ("GET", "/enrol/document", Stand::Step),
    ("POST", "/enrol/document", Stand::Step),
    ("GET", "/enrol/chip", Stand::Step),
    ("POST", "/enrol/chip", Stand::Step),
    ("GET", "/enrol/guardian", Stand::Step),
    ("POST", "/enrol/guardian", Stand::Step),
    ("GET", "/enrol/portrait", Stand::Step),
    ("POST", "/enrol/portrait", Stand::Step),
    ("POST", "/enrol/portrait/taken", Stand::Portrait),
    ("GET", "/enrol/phone", Stand::Step),
    ("POST", "/enrol/phone", Stand::Step),
    ("GET", "/enrol/phone-code", Stand::Step),
    ("POST", "/enrol/phone-code", Stand::Step),
    ("GET", "/enrol/device", Stand::Step),
    ("POST", "/enrol/device", Stand::Step),
    ("GET", "/children", Stand::Open("/children")),
    ("POST", "/authorize/ask-guardian", Stand::Family),
    ("POST", "/enrol/ask-guardian", Stand::Family),
    ("GET", "/enrol/waiting", Stand::Family),
    ("GET", "/enrol/declined", Stand::Family),
    ("POST", "/enrol/carry", Stand::Family),
    ("GET", "/enrol/continue", Stand::Open("/enrol/continue?link=AAAA")),
    ("POST", "/enrol/continue", Stand::Family),
    ("GET", "/me/children", Stand::Family),
    ("POST", "/me/children/card", Stand::Family),
    ("POST", "/me/children/answer", Stand::Family),
    ("POST", "/me/children/lift", Stand::Family),
    ("POST", "/me/children/resign", Stand::Family),
    ("POST", "/me/children/lock", Stand::Family),
    ("GET", "/me/children/apply", Stand::Family),
    ("POST", "/me/children/apply", Stand::Family),
    ("GET", "/me/children/apply/sensitive", Stand::Family),
    ("POST", "/me/children/apply/sensitive", Stand::Family),
    ("GET", "/me/guardians", Stand::Family),
    ("GET", "/guardian/request/{link}", Stand::Family),
    ("POST", "/guardian/request/{link}", Stand::Family),
    ("POST", "/guardian/request/{link}/card", Stand::Family),
    ("GET", "/me", Stand::Mine),
    ("POST", "/me/lock", Stand::Mine),
    ("GET", "/me/unlock", Stand::Mine),
    ("POST", "/me/unlock", Stand::Mine),
    ("POST", "/me/withdraw", Stand::Mine),
    ("GET", "/me/export", Stand::Mine),
    ("GET", "/me/cancel", Stand::Mine),
    ("POST", "/me/cancel", Stand::Mine),
    ("GET", "/me/documents", Stand::Mine),
    ("POST", "/me/documents", Stand::Documents),
    ("POST", "/me/documents/remove", Stand::Documents),
    ("GET", "/me/passkeys", Stand::Mine),
    ("POST", "/me/passkeys", Stand::Factor),
    ("POST", "/me/passkeys/remove", Stand::Factor),
    ("GET", "/me/code", Stand::Mine),
    ("POST", "/me/code", Stand::Factor),
    ("GET", "/me/confirm", Stand::Mine),
    ("POST", "/me/confirm", Stand::Factor),
    ("GET", "/me/phone", Stand::Mine),
    ("POST", "/me/phone", Stand::Mine),
    ("GET", "/me/phone/code", Stand::NewPhone),
    ("POST", "/me/phone/code", Stand::NewPhone),
    ("GET", "/me/report", Stand::Report),
    ("POST", "/me/report", Stand::Report),
    ("GET", "/me/reported", Stand::Mine),
    ("POST", "/me/sign-out", Stand::Mine),
    ("GET", "/me/wallet", Stand::Mine),
    ("POST", "/me/wallet", Stand::Mine),
    ("GET", "/lock", Stand::Open("/lock")),
    ("POST", "/lock", Stand::Lock),
    ("POST", "/lock/passkey", Stand::Lock),
    ("POST", "/lock/sheet", Stand::Lock),
    ("GET", "/lock/{link}", Stand::LockLink),
    ("POST", "/lock/{link}", Stand::LockLink),
    ("GET", "/sign-in/sheet", Stand::Open("/sign-in/sheet?to=/me")),
    ("POST", "/sign-in/sheet", Stand::Delegate),
    ("GET", "/me/sheet", Stand::Delegate),
    ("POST", "/me/sheet", Stand::Delegate),
    ("POST", "/me/sheet/revoke", Stand::Delegate),
    ("GET", "/me/delegations", Stand::Delegate),
    ("POST", "/me/delegations", Stand::Delegate),
    ("POST", "/me/delegations/confirm", Stand::Delegate),
    ("POST", "/me/delegations/revoke", Stand::Delegate),
    ("POST", "/me/delegations/act", Stand::Delegate),
    ("GET", "/delegate", Stand::Delegate),
    ("POST", "/delegate", Stand::Delegate),
    ("GET", "/counter", Stand::Counter),
    ("GET", "/counter/join", Stand::Counter),
    ("POST", "/counter/join", Stand::Counter),
    ("GET", "/counter/sign-in", Stand::Counter),
    ("POST", "/counter/sign-in", Stand::Counter),
    ("POST", "/counter/sign-out", Stand::Counter),
    ("GET", "/counter/enter", Stand::Counter),
    ("POST", "/counter/enter", Stand::Counter),
    ("GET", "/counter/guardianship", Stand::Counter),
    ("POST", "/counter/guardianship", Stand::Counter),
    ("POST", "/counter/sign", Stand::Counter),
    ("GET", "/counter/application", Stand::Counter),
    ("POST", "/counter/confirm", Stand::Counter),
    ("POST", "/counter/decline", Stand::Counter),
    ("GET", "/counter/person", Stand::Counter),
    ("POST", "/counter/person", Stand::Counter),
    ("GET", "/sandbox/sign-in", Stand::Open("/sandbox/sign-in?to=/me")),
    ("POST", "/sandbox/sign-in", Stand::Form { page: "/sandbox/sign-in" }),
];

/// Endpoints that take a form from a person's browser: each must have been given a ticket.
pub(crate) fn forms() -> impl Iterator<Item = &'static (&'static str, &'static str, Stand)> {
    let machines = [
        "/par",
        "/backchannel-authentication",
        "/device_authorization",
        "/token",
        "/revoke",
        "/introspect",
        "/plain-identity",
        "/userinfo",
        "/authorize",
        "/end-session",
    ];
    STANDS.iter().filter(move |(method, path, _)| *method == "POST" && !machines.contains(path))
}

/// Tables in which a refused try at an endpoint leaves a count or a spent challenge, and nothing else.
pub(crate) fn counting(path: &str) -> &'static [&'static str] {
    match path {
        "/enrol/document"
        | "/enrol/chip"
        | "/enrol/guardian"
        | "/enrol/portrait/taken"
        | "/enrol/phone-code" => &["enrolments"],
        "/sign-in"
        | "/sign-in/portrait/prove"
        | "/me/unlock"
        | "/me/cancel"
        | "/sign-in/sheet"
        | "/authorize/plain-identity" => &["certificates", "spent"],
        // Whoever guesses the passcode has used a passkey for it.
        "/sign-in/passkey" => &["certificates", "passkeys", "spent"],
        "/me/confirm" => &["dynamic_codes"],
        "/me/code"
        | "/par"
        | "/device_authorization"
        | "/token"
        | "/revoke"
        | "/introspect"
        | "/plain-identity"
        | "/lock"
        | "/lock/sheet"
        | "/me/children/card"
        | "/guardian/request/{link}/card" => &["spent"],
        "/device" => &["knocks", "sendings"],
        "/backchannel-authentication" => &["sendings", "spent"],
        "/lock/passkey" => &["passkeys", "spent"],
        "/me/phone/code" => &["phone_changes"],
        "/counter/person" => &["applications"],
        "/me/delegations/confirm" => &["delegations"],
        _ => &[],
    }
}
