//! The admission file: TOML in, what `service` admits out.

use std::fs;
use std::path::{Path, PathBuf};

use formats::JwkSet;
use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, Profile};
use rules::{Access, SceneRegistration};
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
# keys_file = "keys.json"          # its public keys (JWK set), for private_key_jwt; without it a secret is drawn
# profile = "fapi2"                # the FAPI 2.0 Security Profile: requests pushed, tokens bound by DPoP; needs keys_file

# [client.metadata]                # what else it says of itself, under the names of RFC 7591
# grant_types = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]   # televisions, RFC 8628
# backchannel_token_delivery_mode = "poll"   # or "ping": asks persons by itself, grant type urn:openid:params:grant-type:ciba

[[scenes]]                         # the first is the one asked when a request names none
scene = "log_in"                   # register, log_in, recover_password, change_phone, manage_membership, book_ticket, check_age, insure
purpose_zh = "登录会员账户"
purpose_en = "Signing in to your account"
legal_basis = "Cybersecurity Law art. 24"
asks = []                          # beside the result: age_over_14, age_over_16, age_over_18, age_over_60, age_over_65
other_methods = ["Phone and password"]   # Measures art. 6: at least one stays
mode = "certificate"               # certificate, certificate+passcode
access = "once"                    # or "standing": may ask again without the person (log_in, manage_membership, insure)
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
}

fn once() -> String {
    Access::Once.as_str().to_owned()
}

impl RawAdmission {
    pub(super) fn read(path: &Path) -> Result<Self, AdmissionError> {
        let text = read(path)?;
        toml::from_str(&text).map_err(|error| AdmissionError::Syntax(error.into()))
    }

    /// The client's public keys, if it brings some.
    pub(super) fn keys(&self) -> Result<Option<JwkSet>, AdmissionError> {
        let Some(path) = &self.client.keys_file else { return Ok(None) };
        let keys = JwkSet::parse(&read(path)?).map_err(|_| AdmissionError::Keys)?;
        if keys.keys().is_empty() { Err(AdmissionError::Keys) } else { Ok(Some(keys)) }
    }

    pub(super) fn admission(
        self,
        authentication: ClientAuthentication,
    ) -> Result<Admission, AdmissionError> {
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
                metadata: client.metadata,
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
    fn what_is_wrong_is_named() {
        for (right, wrong, field) in [
            ("91110000MA00000152", "91110000MA00000153", "organisation.code"),
            ("https://air.example", "http://air.example", "client.redirect_uris"),
            ("\"log_in\"", "\"login\"", "scene"),
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
