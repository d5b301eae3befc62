//! Rich authorization requests (RFC 9396): a scene with what it asks, as one structure instead of words of scope.
//!
//! It means the same: `{"type":"yinzheng_scene","scene":"insure","attributes":["age_over_18"],"access":"standing"}` is
//! `scene:insure age_over_18 offline_access`. What is agreed to is told back in both forms.

use serde::{Deserialize, Serialize};

use super::{
    client::Client,
    error::{ErrorCode, OAuthError},
};
use crate::oidc::scope::{OFFLINE_ACCESS, Scope};

/// The one type spoken here.
pub const SCENE_TYPE: &str = "yinzheng_scene";

/// How long the parameter may be: many times what the largest scene needs.
const MAX_LENGTH: usize = 4 * 1024;

/// The types a client may register, RFC 9396 §10.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum DetailsType {
    /// A scene.
    #[serde(rename = "yinzheng_scene")]
    Scene,
}

/// A scene, as it is asked or was granted.
///
/// A member that is not known is refused, never passed over: somebody believed that it counts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SceneDetails {
    #[serde(rename = "type")]
    kind: DetailsType,
    scene: String,
    #[serde(default)]
    attributes: Vec<String>,
    #[serde(default)]
    access: DetailsAccess,
}

/// Whether the relying party may ask again without the person.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum DetailsAccess {
    /// Once.
    #[default]
    Once,
    /// Until it ends.
    Standing,
}

/// What is asked by scope and by details together: by one of them, for each would have to win over the other somewhere.
pub(super) fn merged(
    scope: Scope,
    details: Option<&str>,
    client: &Client,
) -> Result<Scope, OAuthError> {
    let Some(text) = details else { return Ok(scope) };
    let registered = &client.metadata.authorization_details_types;
    if !registered.contains(&DetailsType::Scene) {
        return Err(refused(
            "details_not_registered",
            "the client did not register the type yinzheng_scene",
        ));
    }
    if scope.scene().is_some() || scope.attributes().next().is_some() {
        return Err(refused(
            "scene_said_twice",
            "beside authorization_details scope says openid and nothing else",
        ));
    }
    // RFC 9396 §5: "MUST abort processing and respond with an error invalid_authorization_details".
    let read = (text.len() <= MAX_LENGTH).then(|| formats::json::read(text.as_bytes()).ok());
    let [asked]: [SceneDetails; 1] = read.flatten().ok_or(MALFORMED)?;
    asked.scope().ok_or(MALFORMED)
}

impl SceneDetails {
    /// The words that say the same.
    fn scope(&self) -> Option<Scope> {
        let plain = |word: &String| !word.is_empty() && !word.contains([' ', ':']);
        let ours = |word: &String| plain(word) && word != OFFLINE_ACCESS;
        if !plain(&self.scene) || !self.attributes.iter().all(ours) {
            return None;
        }
        let mut words = format!("openid scene:{}", self.scene);
        for attribute in &self.attributes {
            words.extend([" ", attribute]);
        }
        if self.access == DetailsAccess::Standing {
            words.extend([" ", OFFLINE_ACCESS]);
        }
        Scope::read(&words).ok()
    }

    /// What was granted, as it is told to a client that registered the type; `scene` where the scope names none.
    ///
    /// RFC 9396 §7: "the authorization server MUST also return the authorization details as granted by the resource owner and
    /// assigned to the respective access token."
    pub fn granted(client: &Client, scope: &Scope, scene: &str) -> Option<[Self; 1]> {
        let registered = &client.metadata.authorization_details_types;
        registered.contains(&DetailsType::Scene).then(|| {
            let attributes = scope.attributes().filter(|word| *word != OFFLINE_ACCESS);
            [Self {
                kind: DetailsType::Scene,
                scene: scope.scene().unwrap_or(scene).to_owned(),
                attributes: attributes.map(str::to_owned).collect(),
                access: if scope.asks_to_stand() {
                    DetailsAccess::Standing
                } else {
                    DetailsAccess::Once
                },
            }]
        })
    }
}

const MALFORMED: OAuthError = refused(
    "details_malformed",
    "authorization_details must be one object of type yinzheng_scene with scene, attributes and access, and nothing else",
);

const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidAuthorizationDetails.because(reason, description)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{oauth::client::ClientAuthentication, samples};

    fn client() -> Client {
        let mut client = samples::client("insurer", ClientAuthentication::by_secret("s"));
        client.metadata.authorization_details_types = vec![DetailsType::Scene];
        client
    }

    fn asked(details: &Value) -> Result<String, &'static str> {
        let text = details.to_string();
        let merged = merged(Scope::read("openid").unwrap(), Some(&text), &client());
        merged.map(|scope| scope.to_string()).map_err(|error| {
            assert_eq!(error.code, ErrorCode::InvalidAuthorizationDetails);
            error.reason
        })
    }

    #[test]
    fn says_what_words_of_scope_say() {
        let whole = json!([{
            "type": "yinzheng_scene", "scene": "insure", "attributes": ["age_over_18"], "access": "standing",
        }]);
        let words = "age_over_18 offline_access openid scene:insure";
        assert_eq!(asked(&whole).unwrap(), words);
        let granted = SceneDetails::granted(&client(), &Scope::read(words).unwrap(), "log_in");
        assert_eq!(serde_json::to_value(granted).unwrap(), whole);

        let least = json!([{ "type": "yinzheng_scene", "scene": "log_in" }]);
        assert_eq!(asked(&least).unwrap(), "openid scene:log_in");
        let unnamed = SceneDetails::granted(&client(), &Scope::read("openid").unwrap(), "log_in");
        let told = json!([{
            "type": "yinzheng_scene", "scene": "log_in", "attributes": [], "access": "once",
        }]);
        assert_eq!(serde_json::to_value(unnamed).unwrap(), told);
        let other = samples::client("shop", ClientAuthentication::by_secret("s"));
        assert_eq!(SceneDetails::granted(&other, &Scope::read("openid").unwrap(), "x"), None);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let scene = json!({ "type": "yinzheng_scene", "scene": "insure" });
        let with = |name: &str, value: Value| {
            let mut scene = scene.clone();
            scene[name] = value;
            json!([scene])
        };
        for odd in [
            json!([]),
            json!({ "type": "yinzheng_scene", "scene": "insure" }),
            json!([scene, scene]),
            json!([{ "scene": "insure" }]),
            json!([{ "type": "yinzheng_scene" }]),
            with("type", json!("payment_initiation")),
            with("scene", json!("insure age_over_18")),
            with("scene", json!("")),
            with("scene", json!(7)),
            with("attributes", json!("age_over_18")),
            with("attributes", json!(["scene:log_in"])),
            with("attributes", json!(["offline_access"])),
            with("attributes", json!(["age_over_18 age_over_60"])),
            with("attributes", json!(["a\"b"])),
            with("attributes", json!(vec!["a".repeat(60); 70])),
            with("access", json!("always")),
            with("access", json!(null)),
            with("locations", json!(["https://insurer.example"])),
            with("purpose", json!("marketing")),
        ] {
            assert_eq!(asked(&odd), Err("details_malformed"), "{odd}");
        }
        for text in ["", "[", r#"[{"type":"yinzheng_scene","scene":"a","scene":"b"}]"#] {
            let refused = merged(Scope::read("openid").unwrap(), Some(text), &client());
            assert_eq!(refused.unwrap_err().reason, "details_malformed", "{text}");
        }
    }

    #[test]
    fn one_of_the_two_ways_and_a_registered_one() {
        let details = json!([{ "type": "yinzheng_scene", "scene": "insure" }]).to_string();
        for scope in ["openid scene:log_in", "openid age_over_18", "openid offline_access"] {
            let refused = merged(Scope::read(scope).unwrap(), Some(&details), &client());
            assert_eq!(refused.unwrap_err().reason, "scene_said_twice", "{scope}");
        }
        let shop = samples::client("shop", ClientAuthentication::by_secret("s"));
        let refused = merged(Scope::read("openid").unwrap(), Some(&details), &shop);
        assert_eq!(refused.unwrap_err().reason, "details_not_registered");
    }
}
