//! What a client's tokens are bound to, so that who steals one cannot use it.

use serde::{Deserialize, Serialize};

use super::{
    client::Profile,
    client_authentication::AuthenticatedClient,
    client_certificate::{self, CertificateThumbprint},
    dpop::{self, Thumbprint},
    error::OAuthError,
};

/// What whoever shows a token must hold. Nothing: the token is a bearer's.
///
/// It is written as the confirmation (`cnf`) of RFC 7800 §3.1.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sender {
    /// A key that is proved with each request, RFC 9449 §6.
    #[serde(rename = "jkt", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Thumbprint>,
    /// The certificate of the connection, RFC 8705 §3.1.
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateThumbprint>,
}

impl Sender {
    /// Is a token bound to nothing?
    pub fn is_nobody(&self) -> bool {
        self.key.is_none() && self.certificate.is_none()
    }
}

impl AuthenticatedClient<'_> {
    /// What the tokens of this request are bound to, where `proved` is the key it proved.
    ///
    /// FAPI 2.0 Security Profile §5.3.2.1: "shall only issue sender-constrained access tokens" and "shall use one of the
    /// following methods for sender-constrained access tokens: MTLS as described in [RFC8705], `DPoP` as described in
    /// [RFC9449]".
    pub fn sender(&self, proved: Option<&Thumbprint>) -> Result<Sender, OAuthError> {
        let client = self.client();
        let fapi = client.profile == Profile::Fapi2;
        let shows_certificate = client.authentication.is_by_certificate();
        let by_certificate = client.metadata.tls_client_certificate_bound_access_tokens
            || (fapi && shows_certificate && proved.is_none());
        let certificate = match (by_certificate, self.certificate()) {
            (false, _) => None,
            (true, Some(shown)) => Some(shown.clone()),
            (true, None) => return Err(client_certificate::missing()),
        };
        let sender = Sender { key: proved.cloned(), certificate };
        if fapi && sender.is_nobody() { Err(dpop::missing()) } else { Ok(sender) }
    }
}

#[cfg(test)]
mod tests {
    use formats::JwkSet;

    use super::*;
    use crate::{
        oauth::{
            carried::Carried,
            client::{Client, ClientAuthentication},
            client_authentication::Credentials,
            client_certificate::Chain,
            parameters::Parameters,
        },
        samples::{self, SECRET, now},
    };

    fn client(profile: Profile, by_certificate: bool, bound: bool) -> Client {
        let authentication = if by_certificate {
            let keys = JwkSet::new([samples::certified_key()]).unwrap();
            ClientAuthentication::SelfSignedTls { keys }
        } else {
            ClientAuthentication::by_secret(SECRET)
        };
        let mut client = samples::client("airline", authentication);
        client.profile = profile;
        client.metadata.tls_client_certificate_bound_access_tokens = bound;
        client
    }

    fn sender(client: &Client, shown: bool, proved: bool) -> Result<(bool, bool), &'static str> {
        let basic = samples::basic("airline", SECRET);
        let certificate = samples::certificate(Chain::Unknown);
        let carried = Carried {
            authorization: (!client.authentication.is_by_certificate()).then_some(&basic),
            dpop: None,
            certificate: shown.then_some(&certificate),
            ..Carried::default()
        };
        let form = Parameters::form("client_id=airline").unwrap();
        let credentials = Credentials::carried(carried, &form).unwrap();
        let client = credentials.authenticate(client, &samples::issuer(), now()).unwrap();
        let key = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".parse().unwrap();
        let sender = client.sender(proved.then_some(&key)).map_err(|error| error.reason)?;
        assert!(sender.certificate.is_none_or(|bound| bound == certificate.thumbprint()));
        Ok((
            sender.key.is_some(),
            client.sender(proved.then_some(&key)).unwrap().certificate.is_some(),
        ))
    }

    #[test]
    fn tokens_are_bound_to_what_the_client_registered_and_proved() {
        use Profile::{Fapi2, OpenId};
        for (profile, by_certificate, bound, shown, proved, expected) in [
            (OpenId, false, false, false, false, Ok((false, false))),
            (OpenId, false, false, true, false, Ok((false, false))),
            (OpenId, false, false, true, true, Ok((true, false))),
            (OpenId, false, true, true, false, Ok((false, true))),
            (OpenId, false, true, false, false, Err("certificate_missing")),
            (OpenId, false, true, false, true, Err("certificate_missing")),
            (OpenId, true, false, true, false, Ok((false, false))),
            (OpenId, true, true, true, true, Ok((true, true))),
            (Fapi2, true, false, true, false, Ok((false, true))),
            (Fapi2, true, false, true, true, Ok((true, false))),
            (Fapi2, true, true, true, true, Ok((true, true))),
            (Fapi2, false, false, true, false, Err("dpop_missing")),
            (Fapi2, false, true, true, false, Ok((false, true))),
        ] {
            let client = client(profile, by_certificate, bound);
            let case = format!("{profile:?} {by_certificate} {bound} {shown} {proved}");
            assert_eq!(sender(&client, shown, proved), expected, "{case}");
        }
    }

    #[test]
    fn a_confirmation_has_the_standards_members() {
        let sender = Sender {
            key: Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".parse().unwrap()),
            certificate: Some("A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0".parse().unwrap()),
        };
        let written = serde_json::to_string(&sender).unwrap();
        assert_eq!(
            written,
            r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I","x5t#S256":"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"}"#
        );
        assert_eq!(serde_json::from_str::<Sender>(&written).unwrap(), sender);
    }
}
