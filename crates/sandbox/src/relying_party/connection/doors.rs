//! The platform's doors that `openidconnect` has no words for: asking on one device what is answered on another (RFC 8628 and
//! CIBA), plain identity, and the way out.

use std::collections::BTreeMap;

use formats::{JwkSet, Secret, UnopenedJwe, UnverifiedJws};
use openidconnect::{AccessToken, HttpResponse, Nonce};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Connection, Failure, Freshness, Tokens, Told, away};

/// The longest plain identity opened.
const LONGEST_PLAIN: usize = 16 * 1024;

/// Where they are, out of the platform's metadata.
#[derive(Deserialize)]
struct Doors {
    backchannel_authentication_endpoint: Url,
    device_authorization_endpoint: Url,
    end_session_endpoint: Url,
    jwks_uri: Url,
    plain_identity_endpoint: Url,
    token_endpoint: Url,
}

/// A question that somebody answers on a device of their own.
#[derive(Debug)]
pub(in super::super) struct Question {
    way: Way,
    secret: Secret<String>,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Device,
    Backchannel,
}

impl Way {
    /// The grant type, and the parameter that holds the secret.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Device => ("urn:ietf:params:oauth:grant-type:device_code", "device_code"),
            Self::Backchannel => ("urn:openid:params:grant-type:ciba", "auth_req_id"),
        }
    }
}

/// What a kiosk shows.
#[derive(Clone, Debug, Deserialize)]
pub(in super::super) struct Shown {
    /// The code to type.
    #[serde(rename = "user_code")]
    pub(in super::super) code: String,
    /// Where to type it.
    #[serde(rename = "verification_uri")]
    pub(in super::super) address: String,
}

/// How it stands with a question.
#[derive(Debug)]
pub(in super::super) enum Standing {
    /// Nobody has answered yet.
    Waiting,
    /// Yes, and this is told.
    Told(Box<Told>),
    /// No.
    Declined,
    /// Nobody answered in time, or it was answered before.
    Over,
}

#[derive(Deserialize)]
struct DeviceAnswer {
    device_code: String,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Deserialize)]
struct BackchannelAnswer {
    auth_req_id: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

impl Connection {
    /// A kiosk wants to be told who stands in front of it: the question, and what it shows.
    pub(in super::super) async fn ask_by_kiosk(
        &self,
        scope: &str,
    ) -> Result<(Question, Shown), Failure> {
        let door = self.doors().await?.device_authorization_endpoint;
        let answer = self.call(&door, vec![("scope", scope.to_owned())]).await?;
        let answer: DeviceAnswer = document(&answer, "asking for a code to show")?;
        let question = Question { way: Way::Device, secret: Secret::new(answer.device_code) };
        Ok((question, answer.shown))
    }

    /// A counter asks the person whose code was read out.
    pub(in super::super) async fn ask_by_counter(
        &self,
        scope: &str,
        code: &str,
        message: &str,
    ) -> Result<Question, Failure> {
        let door = self.doors().await?.backchannel_authentication_endpoint;
        let form = vec![
            ("scope", scope.to_owned()),
            ("login_hint", code.to_owned()),
            ("binding_message", message.to_owned()),
        ];
        let answer = self.call(&door, form).await?;
        let answer: BackchannelAnswer = document(&answer, "asking a person")?;
        Ok(Question { way: Way::Backchannel, secret: Secret::new(answer.auth_req_id) })
    }

    /// Has it been answered?
    pub(in super::super) async fn hear(&self, question: &Question) -> Result<Standing, Failure> {
        let (grant, name) = question.way.words();
        let form = vec![("grant_type", grant.to_owned()), (name, question.secret.expose().clone())];
        let door = self.doors().await?.token_endpoint;
        let answer = match self.call(&door, form).await {
            Ok(answer) => answer,
            Err(Failure::Refused(error)) => {
                return match error.as_str() {
                    // RFC 8628 §3.5: "A variant of "authorization_pending", the authorization request is still pending
                    // and polling should continue". Whoever stands here presses the button again.
                    "authorization_pending" | "slow_down" => Ok(Standing::Waiting),
                    "access_denied" => Ok(Standing::Declined),
                    "expired_token" | "invalid_grant" => Ok(Standing::Over),
                    _ => Err(Failure::Refused(error)),
                };
            }
            Err(failure) => return Err(failure),
        };
        let tokens: Tokens = document(&answer, "reading tokens")?;
        let client = self.client(Freshness::Remembered).await?;
        let told = self.believe(&client, &tokens, no_nonce).await?;
        Ok(Standing::Told(Box::new(told)))
    }

    /// Fetches, once, who the person is, and believes it if the platform signed it for us and about them.
    pub(super) async fn plain_identity(
        &self,
        token: &AccessToken,
        subject: &str,
    ) -> Result<BTreeMap<String, Value>, Failure> {
        let key = &self.party.opening_key;
        let key = key.as_ref().ok_or(Failure::Unbelievable("we have no key to read it"))?;
        let doors = self.doors().await?;
        let form = vec![("access_token", token.secret().clone())];
        let answer = self.call(&doors.plain_identity_endpoint, form).await?;
        let sealed = String::from_utf8(answer).map_err(|error| away("reading an answer", error))?;
        let jwe = UnopenedJwe::parse(&sealed, LONGEST_PLAIN);
        let opened = jwe.and_then(|jwe| jwe.open(key)).map_err(|error| away("opening", error))?;
        let text = String::from_utf8(opened.expose().clone());
        let text = text.map_err(|error| away("reading what was sealed", error))?;
        let jws = UnverifiedJws::parse(&text, LONGEST_PLAIN)
            .and_then(|jws| jws.expect_typ("plain-identity+jwt"))
            .map_err(|error| away("reading what was sealed", error))?;
        let answer = self.http.get(&doors.jwks_uri).await;
        let answer = answer.map_err(|error| away("asking for the platform's keys", error))?;
        let keys: JwkSet = document(answer.body(), "reading the platform's keys")?;
        let key = keys.find(jws.unverified_header().kid.as_deref());
        let key = key.ok_or(Failure::Unbelievable("signed by no key of the platform's"))?;
        let claims = jws.verify::<BTreeMap<String, Value>>(key.verifying_key());
        let claims = claims.map_err(|error| away("checking a signature", error))?.into_inner();
        let says =
            |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
        if says("iss", &self.party.issuer)
            && says("aud", &self.party.client_id)
            && says("sub", subject)
        {
            Ok(claims)
        } else {
            Err(Failure::Unbelievable("it is told by, to or about somebody else"))
        }
    }

    /// Where a browser goes to sign out of the platform, too; it comes back to `farewell`.
    pub(in super::super) async fn way_out(
        &self,
        hint: &str,
        farewell: &Url,
        language: &str,
    ) -> Result<Url, Failure> {
        let mut door = self.doors().await?.end_session_endpoint;
        door.query_pairs_mut()
            .append_pair("id_token_hint", hint)
            .append_pair("client_id", &self.party.client_id)
            .append_pair("post_logout_redirect_uri", farewell.as_str())
            .append_pair("ui_locales", language);
        Ok(door)
    }

    async fn doors(&self) -> Result<Doors, Failure> {
        let doing = "discovering it";
        let metadata = format!("{}/.well-known/openid-configuration", self.party.issuer);
        let metadata = Url::parse(&metadata).map_err(|error| away(doing, error))?;
        let answer = self.http.get(&metadata).await.map_err(|error| away(doing, error))?;
        document(answer.body(), doing)
    }

    /// Sends a form as ourselves; what is answered, unless it is a refusal.
    pub(super) async fn call(
        &self,
        door: &Url,
        form: Vec<(&str, String)>,
    ) -> Result<Vec<u8>, Failure> {
        let doing = "calling it";
        let fields = form.into_iter().chain(self.proof_of_client());
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer: HttpResponse = self
            .http
            .post(door, form, self.secret_of_client())
            .await
            .map_err(|error| away(doing, error))?;
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        let refused: Refused = document(answer.body(), doing)?;
        Err(Failure::Refused(refused.error))
    }
}

pub(super) fn document<T: for<'d> Deserialize<'d>>(
    text: &[u8],
    doing: &'static str,
) -> Result<T, Failure> {
    serde_json::from_slice(text).map_err(|error| away(doing, error))
}

/// Who asks without a browser sends no nonce.
fn no_nonce(nonce: Option<&Nonce>) -> Result<(), String> {
    if nonce.is_none() { Ok(()) } else { Err("a nonce that nobody sent".to_owned()) }
}
