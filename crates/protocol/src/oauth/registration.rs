//! Dynamic registration (RFC 7591, OpenID Connect Registration 1.0) and its management (RFC 7592): what a client says of
//! itself, read from hostile JSON, and what it is answered.

use formats::JwkSet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    client::{Client, ClientAuthentication, ClientId, Profile},
    client_certificate::CertificateName,
    client_metadata::ClientMetadata,
    error::{ErrorCode, OAuthError},
    redirect_uri::RedirectUri,
};
use crate::oidc::numeric_date;

/// How long the JSON may be: a key set with room for names.
pub const MAX_LENGTH: usize = 16 * 1024;

/// Redirect URIs, and scenes, at most.
const MAX_LIST: usize = 10;

/// How long a name shown to people may be, in characters.
const MAX_NAME: usize = 60;

/// A registration, well formed; what its scenes may ask is the law's to judge.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Under which id it is changed; none for a new one.
    pub client_id: Option<ClientId>,
    /// Where browsers come back.
    pub redirect_uris: Vec<RedirectUri>,
    /// How it will prove who it is.
    pub method: Method,
    /// The rules it keeps.
    pub profile: Profile,
    /// What else it says of itself.
    pub metadata: ClientMetadata,
    /// What people read, in Chinese and in English.
    pub names: [Option<String>; 2],
    /// Why it will ask, and for what; none: whatever the sandbox offers.
    pub scenes: Vec<RegisteredScene>,
}

/// How it will prove who it is.
#[derive(Clone, Debug)]
pub enum Method {
    /// By a secret that is drawn for it.
    Secret,
    /// By what it brought.
    Brought(ClientAuthentication),
}

/// A scene, as our own member `yinzheng_scenes` names it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredScene {
    /// Its name.
    pub scene: String,
    /// What it may ask beside the result.
    #[serde(default)]
    pub attributes: Vec<String>,
    /// `once` or `standing`.
    #[serde(default = "once")]
    pub access: String,
}

fn once() -> String {
    "once".to_owned()
}

/// What a client is answered: RFC 7591 §3.2.1, all that is registered of it.
#[derive(Clone, Serialize)]
pub struct RegisteredClient {
    client_id: ClientId,
    #[serde(with = "numeric_date")]
    client_id_issued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
    registration_access_token: String,
    registration_client_uri: String,
    redirect_uris: Vec<String>,
    response_types: [&'static str; 1],
    subject_type: &'static str,
    id_token_signed_response_alg: &'static str,
    token_endpoint_auth_method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks: Option<JwkSet>,
    client_name: String,
    #[serde(rename = "client_name#zh-CN")]
    client_name_zh: String,
    yinzheng_profile: &'static str,
    yinzheng_scenes: Vec<RegisteredScene>,
    /// Until when the sandbox keeps the registration.
    #[serde(with = "numeric_date")]
    yinzheng_lapses_at: Timestamp,
    #[serde(flatten)]
    certificate: Option<CertificateName>,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// What a registration was given.
pub struct Given<'a> {
    /// The secret, when it was drawn just now.
    pub secret: Option<String>,
    /// The token by which it is managed.
    pub access_token: String,
    /// Where.
    pub address: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it lapses.
    pub lapses_at: Timestamp,
    /// In Chinese and in English.
    pub names: [&'a str; 2],
    /// In the order registered.
    pub scenes: Vec<RegisteredScene>,
}

/// The members that are ours to read; every other is the metadata's, or nobody's.
#[derive(Deserialize)]
struct Said {
    client_id: Option<ClientId>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    response_types: Option<Vec<String>>,
    subject_type: Option<String>,
    id_token_signed_response_alg: Option<String>,
    token_endpoint_auth_signing_alg: Option<String>,
    jwks: Option<Value>,
    jwks_uri: Option<Value>,
    client_name: Option<String>,
    #[serde(rename = "client_name#zh-CN")]
    client_name_zh: Option<String>,
    yinzheng_profile: Option<String>,
    #[serde(default)]
    yinzheng_scenes: Vec<RegisteredScene>,
}

impl Registration {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Result<Self, OAuthError> {
        let members = (body.len() <= MAX_LENGTH).then(|| formats::json::read(body).ok());
        let members: Map<String, Value> = members.flatten().ok_or(MALFORMED)?;
        let whole = Value::Object(members.clone());
        let said: Said = serde_json::from_value(whole).map_err(|_| MALFORMED)?;
        said.only_what_is_offered()?;
        let method = said.method(&members)?;
        let metadata = metadata(members)?;
        // Nor would we call where a stranger says, with a header of the stranger's choice, when somebody answers or logs out.
        if metadata.called_at().next().is_some() {
            return Err(refused(
                "callback_not_taken",
                "addresses that the platform would call are registered by admission only",
            ));
        }
        let profile = said.yinzheng_profile.as_deref().map(str::parse).transpose();
        let profile = profile.map_err(|_| MALFORMED)?.unwrap_or_default();
        let names = [said.client_name_zh, said.client_name];
        if names.iter().flatten().any(|name| !is_name(name)) {
            return Err(MALFORMED);
        }
        if said.yinzheng_scenes.len() > MAX_LIST {
            return Err(MALFORMED);
        }
        Ok(Self {
            client_id: said.client_id,
            redirect_uris: redirect_uris(&said.redirect_uris)?,
            method,
            profile,
            metadata,
            names,
            scenes: said.yinzheng_scenes,
        })
    }
}

impl Said {
    fn only_what_is_offered(&self) -> Result<(), OAuthError> {
        // Keys by reference would have us call whatever address a client names: docs/divergences.md.
        if self.jwks_uri.is_some() {
            return Err(refused("jwks_uri_not_taken", "send the keys themselves, as jwks"));
        }
        let only = |said: &Option<String>, offered: &str| {
            said.as_deref().is_none_or(|said| said == offered)
        };
        let code = |types: &Vec<String>| types.len() == 1 && types.iter().all(|t| t == "code");
        let fits = self.response_types.as_ref().is_none_or(code)
            && only(&self.subject_type, "pairwise")
            && only(&self.id_token_signed_response_alg, "ES256")
            && only(&self.token_endpoint_auth_signing_alg, "ES256");
        fits.then_some(()).ok_or(refused(
            "metadata_not_offered",
            "discovery tells the response types, subject types and algorithms offered",
        ))
    }

    fn method(&self, members: &Map<String, Value>) -> Result<Method, OAuthError> {
        let keys = self.jwks.as_ref().map(|set| {
            let keys = JwkSet::parse(&set.to_string()).ok();
            keys.filter(|keys| !keys.keys().is_empty())
        });
        let certified: Map<String, Value> = members
            .iter()
            .filter(|(name, _)| CERTIFICATE_NAMES.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let named = || serde_json::from_value(Value::Object(certified.clone())).ok();
        // RFC 7591 §2: client_secret_basic where none is named.
        let method = self.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic");
        let brought = match (method, keys, certified.is_empty()) {
            ("client_secret_basic", _, true) => return Ok(Method::Secret),
            ("private_key_jwt", Some(Some(keys)), true) => {
                Some(ClientAuthentication::PrivateKeyJwt { keys })
            }
            ("self_signed_tls_client_auth", Some(Some(keys)), true) => {
                Some(ClientAuthentication::SelfSignedTls { keys })
            }
            ("tls_client_auth", _, false) => named().map(|name| ClientAuthentication::Tls { name }),
            _ => None,
        };
        brought.map(Method::Brought).ok_or(refused(
            "authentication_method_unfit",
            "token_endpoint_auth_method is not offered, or lacks its jwks with P-256 keys or its one tls_client_auth name",
        ))
    }
}

/// RFC 8705 §9.5.
const CERTIFICATE_NAMES: [&str; 5] = [
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
];

fn redirect_uris(texts: &[String]) -> Result<Vec<RedirectUri>, OAuthError> {
    // RFC 7591 §3.2.2 has an error of its own for them.
    const INVALID: OAuthError = ErrorCode::InvalidRedirectUri.because(
        "redirect_uri_malformed",
        "redirect_uris must be 1 to 10 absolute URIs, https or on the loopback address, without fragment",
    );
    if !(1..=MAX_LIST).contains(&texts.len()) {
        return Err(INVALID);
    }
    texts.iter().map(|text| text.parse().map_err(|_| INVALID)).collect()
}

/// What of the members is metadata, each by itself: what nobody knows is passed over, what is known must be right.
///
/// RFC 7591 §2: "The authorization server MUST ignore any client metadata sent by the client that it does not understand".
fn metadata(members: Map<String, Value>) -> Result<ClientMetadata, OAuthError> {
    let alone = |name: &str, value: &Value| {
        let one = Map::from_iter([(name.to_owned(), value.clone())]);
        serde_json::from_value::<ClientMetadata>(Value::Object(one))
    };
    let mut known = Map::new();
    for (name, value) in members {
        match alone(&name, &value) {
            Ok(_) => drop(known.insert(name, value)),
            Err(error) if error.to_string().starts_with("unknown field") => {}
            Err(_) => return Err(MALFORMED),
        }
    }
    serde_json::from_value(Value::Object(known)).map_err(|_| MALFORMED)
}

/// One line that people can read.
fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=MAX_NAME).contains(&length) && !name.chars().any(char::is_control)
}

impl RegisteredClient {
    /// The answer about this client.
    pub fn new(client: &Client, given: Given<'_>) -> Self {
        let (jwks, certificate) = match &client.authentication {
            ClientAuthentication::PrivateKeyJwt { keys }
            | ClientAuthentication::SelfSignedTls { keys } => (Some(keys.clone()), None),
            ClientAuthentication::Tls { name } => (None, Some(name.clone())),
            ClientAuthentication::SecretBasic { .. } => (None, None),
        };
        let [zh, en] = given.names.map(str::to_owned);
        Self {
            client_id: client.id.clone(),
            client_id_issued_at: given.made_at,
            // RFC 7591 §3.2.1 requires it beside a secret.
            client_secret_expires_at: given.secret.as_ref().map(|_| given.lapses_at.as_second()),
            client_secret: given.secret,
            registration_access_token: given.access_token,
            registration_client_uri: given.address,
            redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
            response_types: ["code"],
            subject_type: "pairwise",
            id_token_signed_response_alg: "ES256",
            token_endpoint_auth_method: client.authentication.as_str(),
            jwks,
            client_name: en,
            client_name_zh: zh,
            yinzheng_profile: client.profile.as_str(),
            yinzheng_scenes: given.scenes,
            yinzheng_lapses_at: given.lapses_at,
            certificate,
            metadata: client.metadata.clone(),
        }
    }
}

impl std::fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisteredClient")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The refusal for a body that is no registration.
pub const MALFORMED: OAuthError = refused(
    "registration_malformed",
    "the registration is not JSON of the members of RFC 7591, or too long",
);

const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidClientMetadata.because(reason, description)
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;
    use serde_json::json;

    use super::*;
    use crate::oauth::client_metadata::GrantType;

    fn read(changes: &Value) -> Result<Registration, &'static str> {
        let mut body = json!({ "redirect_uris": ["https://air.example/cb"] });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        Registration::read(body.to_string().as_bytes()).map_err(|error| error.reason)
    }

    fn keys() -> Value {
        json!({ "keys": [SigningKey::generate().public()] })
    }

    #[test]
    fn little_needs_to_be_said() {
        let registration = read(&json!({})).unwrap();
        assert!(matches!(registration.method, Method::Secret));
        assert_eq!(registration.metadata, ClientMetadata::default());
        assert_eq!(registration.profile, Profile::OpenId);
    }

    #[test]
    fn what_is_understood_counts_and_the_rest_is_passed_over() {
        let registration = read(&json!({
            "client_name": "Magpie", "client_name#zh-CN": "云鹊", "logo_uri": "https://air.example/l.png",
            "scope": "openid email", "application_type": "web", "contacts": ["ops@air.example"],
            "response_types": ["code"], "subject_type": "pairwise", "id_token_signed_response_alg": "ES256",
            "grant_types": ["authorization_code", "client_credentials"], "yinzheng_profile": "fapi2",
            "tls_client_certificate_bound_access_tokens": true, "nobody_knows_this": {"a": [1]},
            "token_endpoint_auth_method": "private_key_jwt", "jwks": keys(),
            "yinzheng_scenes": [{"scene": "log_in"}, {"scene": "insure", "attributes": ["age_over_18"], "access": "standing"}],
        }));
        let registration = registration.unwrap();
        assert!(registration.metadata.tls_client_certificate_bound_access_tokens);
        assert!(registration.metadata.may_use(GrantType::ClientCredentials));
        assert_eq!(registration.profile, Profile::Fapi2);
        assert_eq!(registration.names, [Some("云鹊".to_owned()), Some("Magpie".to_owned())]);
        assert_eq!(registration.scenes.len(), 2);
        let Method::Brought(ClientAuthentication::PrivateKeyJwt { .. }) = registration.method
        else {
            panic!("{:?}", registration.method)
        };
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let private = json!({"keys": [{
            "kty": "EC", "crv": "P-256", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
            "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        }]});
        for (changes, reason) in [
            (json!({"redirect_uris": []}), "redirect_uri_malformed"),
            (json!({"redirect_uris": ["http://air.example/cb"]}), "redirect_uri_malformed"),
            (json!({"redirect_uris": ["https://air.example/cb#x"]}), "redirect_uri_malformed"),
            (json!({"redirect_uris": ["javascript:alert(1)"]}), "redirect_uri_malformed"),
            (
                json!({"redirect_uris": vec!["https://air.example/cb"; 11]}),
                "redirect_uri_malformed",
            ),
            (json!({"redirect_uris": "https://air.example/cb"}), "registration_malformed"),
            (json!({"jwks_uri": "https://air.example/keys"}), "jwks_uri_not_taken"),
            (json!({"backchannel_logout_uri": "https://air.example/logout"}), "callback_not_taken"),
            (
                json!({
                    "grant_types": ["urn:openid:params:grant-type:ciba"],
                    "backchannel_token_delivery_mode": "ping",
                    "backchannel_client_notification_endpoint": "http://127.0.0.1:8443/told",
                }),
                "callback_not_taken",
            ),
            (json!({"response_types": ["code", "token"]}), "metadata_not_offered"),
            (json!({"response_types": ["id_token"]}), "metadata_not_offered"),
            (json!({"subject_type": "public"}), "metadata_not_offered"),
            (json!({"id_token_signed_response_alg": "none"}), "metadata_not_offered"),
            (json!({"grant_types": ["password"]}), "registration_malformed"),
            (json!({"token_endpoint_auth_method": "none"}), "authentication_method_unfit"),
            (
                json!({"token_endpoint_auth_method": "client_secret_post"}),
                "authentication_method_unfit",
            ),
            (
                json!({"token_endpoint_auth_method": "private_key_jwt"}),
                "authentication_method_unfit",
            ),
            (
                json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}}),
                "authentication_method_unfit",
            ),
            (
                json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": private}),
                "authentication_method_unfit",
            ),
            (json!({"tls_client_auth_san_dns": "a"}), "authentication_method_unfit"),
            (
                json!({
                    "token_endpoint_auth_method": "tls_client_auth",
                    "tls_client_auth_san_dns": "a", "tls_client_auth_san_uri": "b:c",
                }),
                "authentication_method_unfit",
            ),
            (json!({"client_name": ""}), "registration_malformed"),
            (json!({"client_name": "a\nb"}), "registration_malformed"),
            (json!({"client_name": "a".repeat(61)}), "registration_malformed"),
            (json!({"yinzheng_profile": "fapi9"}), "registration_malformed"),
            (
                json!({"yinzheng_scenes": [{"scene": "log_in", "purpose": "x"}]}),
                "registration_malformed",
            ),
            (json!({"padding": "a".repeat(MAX_LENGTH)}), "registration_malformed"),
        ] {
            assert_eq!(read(&changes).unwrap_err(), reason, "{changes}");
        }
        for body in
            ["", "[]", "null", r#"{"redirect_uris":["https://a.example/"],"jwks":{},"jwks":{}}"#]
        {
            let refused = Registration::read(body.as_bytes()).unwrap_err();
            assert_eq!(refused.reason, "registration_malformed", "{body}");
        }
    }
}
