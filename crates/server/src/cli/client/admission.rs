//! The admission file: TOML in, what `service` admits out.

use std::fs;
use std::path::{Path, PathBuf};

use formats::{EncryptionKeys, JwkSet};
use protocol::oauth::{CertificateName, Client, ClientAuthentication, ClientMetadata, Profile};
use rules::{Access, PlainTerms, SceneRegistration};
use serde::Deserialize;
use service::Admission;

/// An admission file to start from; a test reads it.
pub(super) const EXAMPLE: &str = r#"# An admission: who asks, through which application, and why. Read by `yinzheng client add FILE`.

[organisation]
code = "91110000MA00000152"        # unified social credit code, GB 32100
name_zh = "云鹊航空"
name_en = "Magpie Air"

[client]
id = "magpie-web"
name_zh = "云鹊航空网站"
name_en = "Magpie Air on the web"
redirect_uris = ["https://air.example/callback"]
# keys_file = "keys.json"          # its public keys (JWK set), for private_key_jwt; without it a secret is drawn.
                                   # Those with "use": "enc" are for what is encrypted to it
# token_endpoint_auth_method = "self_signed_tls_client_auth"  # its certificate has one of the keys in keys_file
# certificate = { tls_client_auth_san_dns = "air.example" }   # tls_client_auth: by an authority of [tls.clients], with this name
#                                  # (or tls_client_auth_subject_dn, _san_uri, _san_ip, _san_email: exactly one)
# profile = "fapi2"                # the FAPI 2.0 Security Profile: requests pushed, tokens bound; needs keys_file or certificate

# [client.metadata]                # what else it says of itself, under the names of RFC 7591
# post_logout_redirect_uris = ["https://air.example/bye"]        # where browsers may go after /end-session
# backchannel_logout_uri = "https://air.example/logout"          # where its servers are told that a session ended
# backchannel_logout_session_required = true
# native = true                    # also speaks the native interface (docs/native.md)
# receipts = true                  # a signed receipt with every result (docs/receipts.md)
# receipts_name_the_person = true  # … that says whose, by the application identifier
# tls_client_certificate_bound_access_tokens = true   # its tokens are worth nothing without the certificate it shows
# id_token_encrypted_response_alg = "ECDH-ES+A256KW"   # likewise userinfo_, authorization_ (JARM), introspection_
# id_token_encrypted_response_enc = "A256GCM"
# userinfo_signed_response_alg = "ES256"
# jwks = { keys = [{ … }] }        # keys to encrypt to, for a client without keys_file
# grant_types = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]   # televisions, RFC 8628
# backchannel_token_delivery_mode = "poll"   # or "ping", or "push" (not with bound tokens): asks persons by itself, grant type urn:openid:params:grant-type:ciba

[[scenes]]                         # the first is the one asked when a request names none
scene = "log_in"                   # register, log_in, recover_password, change_phone, manage_membership, book_ticket, check_age, insure,
                                   # or one of the operator's own ([[scenes]] in its configuration)
purpose_zh = "登录会员账户"
purpose_en = "Signing in to your account"
legal_basis = "Cybersecurity Law art. 24"
asks = []                          # beside the result: age_over_14, age_over_16, age_over_18, age_over_60, age_over_65
other_methods = ["Phone and password"]   # Measures art. 6: at least one stays
mode = "certificate"               # certificate, certificate+passcode
access = "once"                    # or "standing": may ask again without the person (log_in, manage_membership, insure)
# plain = { law = "Anti-Money Laundering Law art. 29", kinds = ["name", "document_type", "document_number"] }
                                   # Measures art. 8: only where that law has it kept (register, book_ticket, insure);
                                   # also born, phone. Needs plain_identity_encrypted_response_alg and _enc above
"#;

/// Why an admission file is of no use. Each says what to change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdmissionError {
    #[error("cannot read {path}", path = path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "the admission file is not understood; `yinzheng client example` prints one to start from"
    )]
    Syntax(#[source] Box<toml::de::Error>),
    #[error("{field}: {value:?} is not one")]
    Field { field: &'static str, value: String },
    #[error("keys_file: not a JWK set with P-256 keys for ES256")]
    Keys,
    #[error(
        "client.token_endpoint_auth_method: {0:?} does not fit: private_key_jwt and self_signed_tls_client_auth take \
         `keys_file`, tls_client_auth takes `certificate`, client_secret_basic neither"
    )]
    Method(String),
    #[error("keys_file: a key with \"use\": \"enc\" is of no use: {0}")]
    EncryptionKey(formats::jwe::BadEncryptionKey),
    #[error("{0}: at least one is needed")]
    Missing(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAdmission {
    organisation: RawOrganisation,
    client: RawClient,
    scenes: Vec<RawScene>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrganisation {
    code: String,
    name_zh: String,
    name_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClient {
    id: String,
    name_zh: String,
    name_en: String,
    redirect_uris: Vec<String>,
    keys_file: Option<PathBuf>,
    certificate: Option<CertificateName>,
    token_endpoint_auth_method: Option<String>,
    #[serde(default = "openid")]
    profile: String,
    #[serde(default)]
    metadata: ClientMetadata,
}

fn openid() -> String {
    Profile::OpenId.as_str().to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScene {
    scene: String,
    purpose_zh: String,
    purpose_en: String,
    legal_basis: String,
    asks: Vec<String>,
    other_methods: Vec<String>,
    mode: String,
    #[serde(default = "once")]
    access: String,
    plain: Option<RawPlain>,
}

/// On which law plain identity is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlain {
    law: String,
    kinds: Vec<String>,
}

fn once() -> String {
    Access::Once.as_str().to_owned()
}

impl RawAdmission {
    pub(super) fn read(path: &Path) -> Result<Self, AdmissionError> {
        let text = read(path)?;
        toml::from_str(&text).map_err(|error| AdmissionError::Syntax(error.into()))
    }

    /// How the client proves who it is; `None` if a secret has to be drawn for it.
    pub(super) fn authentication(&self) -> Result<Option<ClientAuthentication>, AdmissionError> {
        let RawClient { certificate, token_endpoint_auth_method: method, .. } = &self.client;
        Ok(match (method.as_deref(), self.keys()?, certificate) {
            (None | Some("client_secret_basic"), None, None) => None,
            (None | Some("private_key_jwt"), Some(keys), None) => {
                Some(ClientAuthentication::PrivateKeyJwt { keys })
            }
            (Some("self_signed_tls_client_auth"), Some(keys), None) => {
                Some(ClientAuthentication::SelfSignedTls { keys })
            }
            (None | Some("tls_client_auth"), None, Some(name)) => {
                Some(ClientAuthentication::Tls { name: name.clone() })
            }
            (method, ..) => {
                return Err(AdmissionError::Method(method.unwrap_or_default().to_owned()));
            }
        })
    }

    /// The client's public keys, if it brings some.
    fn keys(&self) -> Result<Option<JwkSet>, AdmissionError> {
        let Some(path) = &self.client.keys_file else { return Ok(None) };
        let keys = JwkSet::parse(&read(path)?).map_err(|_| AdmissionError::Keys)?;
        if keys.keys().is_empty() { Err(AdmissionError::Keys) } else { Ok(Some(keys)) }
    }

    /// What else the client says of itself; its keys to encrypt to stand there, or beside those it signs with.
    fn metadata(&self) -> Result<ClientMetadata, AdmissionError> {
        let mut metadata = self.client.metadata.clone();
        if let (Some(path), true) = (&self.client.keys_file, metadata.jwks.is_empty()) {
            metadata.jwks =
                EncryptionKeys::parse(&read(path)?).map_err(AdmissionError::EncryptionKey)?;
        }
        Ok(metadata)
    }

    pub(super) fn admission(
        self,
        authentication: ClientAuthentication,
    ) -> Result<Admission, AdmissionError> {
        let metadata = self.metadata()?;
        let Self { organisation, client, scenes } = self;
        if client.redirect_uris.is_empty() {
            return Err(AdmissionError::Missing("redirect_uris"));
        }
        if scenes.is_empty() {
            return Err(AdmissionError::Missing("scenes"));
        }
        Ok(Admission {
            organisation: parsed("organisation.code", &organisation.code)?,
            organisation_zh: organisation.name_zh,
            organisation_en: organisation.name_en,
            client: Client {
                id: parsed("client.id", &client.id)?,
                redirect_uris: all("client.redirect_uris", &client.redirect_uris)?,
                authentication,
                profile: parsed("client.profile", &client.profile)?,
                metadata,
            },
            client_zh: client.name_zh,
            client_en: client.name_en,
            scenes: scenes
                .into_iter()
                .map(SceneRegistration::try_from)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<RawScene> for SceneRegistration {
    type Error = AdmissionError;

    fn try_from(raw: RawScene) -> Result<Self, AdmissionError> {
        Ok(Self {
            scene: parsed("scene", &raw.scene)?,
            purpose_zh: raw.purpose_zh,
            purpose_en: raw.purpose_en,
            legal_basis: parsed("legal_basis", &raw.legal_basis)?,
            asks: all("asks", &raw.asks)?,
            other_methods: raw.other_methods,
            mode: parsed("mode", &format!("urn:yinzheng:acr:{}", raw.mode))?,
            access: parsed("access", &raw.access)?,
            plain: match raw.plain {
                None => None,
                Some(RawPlain { law, kinds }) => {
                    let kinds = all("plain.kinds", &kinds)?;
                    let wrong = |_| AdmissionError::Field { field: "plain", value: law.clone() };
                    Some(PlainTerms::new(&law, kinds).map_err(wrong)?)
                }
            },
        })
    }
}

fn read(path: &Path) -> Result<String, AdmissionError> {
    fs::read_to_string(path)
        .map_err(|source| AdmissionError::Unreadable { path: path.into(), source })
}

fn parsed<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, AdmissionError> {
    text.parse().map_err(|_| AdmissionError::Field { field, value: text.to_owned() })
}

fn all<T: std::str::FromStr>(
    field: &'static str,
    texts: &[String],
) -> Result<Vec<T>, AdmissionError> {
    texts.iter().map(|text| parsed(field, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(text: &str) -> Result<Admission, AdmissionError> {
        let raw: RawAdmission =
            toml::from_str(text).map_err(|error| AdmissionError::Syntax(error.into()))?;
        raw.admission(ClientAuthentication::SecretBasic { secret_hash: [0; 32] })
    }

    #[test]
    fn the_example_may_be_admitted() {
        let admission = admission(EXAMPLE).expect("complete");
        for scene in &admission.scenes {
            rules::scene::admit(scene).expect("lawful");
        }
    }

    #[test]
    fn one_way_to_authenticate() {
        let keys = tempfile::NamedTempFile::new().expect("a file");
        let set = JwkSet::new([formats::SigningKey::generate().public()]).expect("one key");
        fs::write(keys.path(), serde_json::to_string(&set).expect("JSON")).expect("written");
        let keys = format!("keys_file = {:?}", keys.path());
        let certificate = "certificate = { tls_client_auth_san_dns = 'air.example' }";
        let method = |name: &str| format!("token_endpoint_auth_method = {name:?}");
        let chosen = |lines: &[&str]| {
            let text = EXAMPLE.replacen(
                "redirect_uris",
                &format!("{}\nredirect_uris", lines.join("\n")),
                1,
            );
            let raw: RawAdmission = toml::from_str(&text).expect("understood");
            let chosen = raw.authentication().map_err(|error| error.to_string());
            chosen.map(|chosen| chosen.map_or("a secret", |chosen| chosen.as_str()))
        };
        assert_eq!(chosen(&[]), Ok("a secret"));
        assert_eq!(chosen(&[&keys]), Ok("private_key_jwt"));
        assert_eq!(chosen(&[certificate]), Ok("tls_client_auth"));
        let self_signed = method("self_signed_tls_client_auth");
        assert_eq!(chosen(&[&keys, &self_signed]), Ok("self_signed_tls_client_auth"));
        for lines in [
            &[keys.as_str(), certificate][..],
            &[&self_signed],
            &[certificate, &self_signed],
            &[&keys, &method("tls_client_auth")],
            &[&method("client_secret_post")],
        ] {
            let refused = chosen(lines).expect_err("refused");
            assert!(refused.starts_with("client.token_endpoint_auth_method"), "{refused}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (right, wrong, field) in [
            ("91110000MA00000152", "91110000MA00000153", "organisation.code"),
            ("https://air.example", "http://air.example", "client.redirect_uris"),
            ("\"log_in\"", "\"Log in\"", "scene"),
            ("mode = \"certificate\"", "mode = \"password\"", "mode"),
            ("access = \"once\"", "access = \"always\"", "access"),
            ("asks = []", "asks = [\"name\"]", "asks"),
        ] {
            let error = admission(&EXAMPLE.replace(right, wrong)).expect_err("refused").to_string();
            assert!(error.starts_with(&format!("{field}: ")), "{error}");
        }
        assert!(matches!(
            admission(&EXAMPLE.replace("other_methods", "methods")),
            Err(AdmissionError::Syntax(_))
        ));
    }
}
