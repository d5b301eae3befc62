//! Credentials for a wallet that was told to come again (`OpenID4VCI` §9).
//!
//! Nothing is stored while it waits: the transaction identifier is what was wanted, sealed: the proved keys, and from when on it is
//! served. It is good once, and as long as the token by which it was asked for. So a wallet that waited proves nothing again.

use formats::{Jwk, VerifyingKey, mac::sha256};
use jiff::Timestamp;
use protocol::{
    issuance::{
        Configuration, DEFERRED_PATH,
        deferred::{CredentialAnswer, Deferral, UNKNOWN},
    },
    oauth::{
        bearer::{BearerError, Presented},
        carried::Carried,
    },
};
use serde::{Deserialize, Serialize};
use store::authentication::Spent;

use crate::{
    Error, HandedOut, Platform, WalletRequest, enrol::instant, issue_credentials::Wanted,
    offer_credentials::CredentialToken, references::Kind,
};

/// What is waited for, as it is sealed.
#[derive(Deserialize, Serialize)]
struct Awaited {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    form: Configuration,
    keys: Vec<Point>,
    /// In milliseconds.
    served_from: i64,
}

/// A key as a compressed point of the form's curve: fifty of them travel.
#[derive(Deserialize, Serialize)]
struct Point(#[serde(with = "formats::base64url::text")] Vec<u8>);

impl Platform {
    /// When a wallet may come for what it wants, and by what name.
    pub(crate) fn defer(
        &self,
        token: &CredentialToken,
        wanted: &Wanted,
        served_from: Timestamp,
    ) -> Result<Deferral, Error> {
        let keys = wanted.keys.iter().map(|key| Point(key.verifying_key().to_compressed()));
        let (id, form) = (self.world().draw(), wanted.form);
        let awaited =
            Awaited { id, form, keys: keys.collect(), served_from: served_from.as_millisecond() };
        let name = self.seal(Kind::CredentialTransaction, &bound_to(token), &awaited)?;
        awaited.deferral(name, self.now())
    }

    /// Hands out what was waited for, or says again when to come.
    pub async fn issue_deferred_credentials(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
        request: WalletRequest<'_>,
    ) -> Result<Result<HandedOut, BearerError>, Error> {
        let token = match self.credential_token(presented, carried, DEFERRED_PATH).await? {
            Ok(token) => token,
            Err(error) => return Ok(Err(error)),
        };
        let (now, request) = (self.now(), request.deferred(self)?);
        let name = request.transaction_id;
        let awaited: Awaited = self
            .open(Kind::CredentialTransaction, &bound_to(&token), &name)
            .map_err(|_| UNKNOWN)?;
        let answer = if now < awaited.served_from()? {
            // OpenID4VCI §9.2: "The value of `transaction_id` MUST be same as the value of `transaction_id` in the Deferred Credential
            // Request."
            CredentialAnswer::Deferred(awaited.deferral(name, now)?)
        } else {
            let until = instant(token.expires_at)?;
            let thing = [b"credential transaction".as_slice(), &awaited.id].concat();
            let once = Spent::new(until, &sha256(&thing));
            match self.issue_wanted(&token, awaited.wanted()?, Some(once)).await? {
                // No `notification_id`, which is optional here: npm `@openid4vc` refuses an answer that has one.
                Ok(response) => CredentialAnswer::Issued(response),
                Err(error) => return Ok(Err(error)),
            }
        };
        self.handed_out(answer, request.recipient.as_ref()).map(Ok)
    }
}

impl Awaited {
    fn deferral(&self, name: String, now: Timestamp) -> Result<Deferral, Error> {
        Ok(Deferral::new(name, self.served_from()?.duration_since(now)))
    }

    fn served_from(&self) -> Result<Timestamp, Error> {
        Timestamp::from_millisecond(self.served_from)
            .map_err(|cause| Error::fault("reading a time of ours", cause))
    }

    fn wanted(&self) -> Result<Wanted, Error> {
        let key = |Point(point): &Point| {
            VerifyingKey::from_compressed(self.form.suite(), point).map(Jwk::from)
        };
        let keys = self.keys.iter().map(key).collect::<Result<_, _>>();
        let keys = keys.map_err(|cause| Error::fault("reading keys that were proved", cause))?;
        Ok(Wanted { form: self.form, keys })
    }
}

/// `OpenID4VCI` §9: "The Wallet MUST present to the Deferred Endpoint an Access Token that is valid for the issuance of the
/// Credential(s) previously requested at the Credential Endpoint."
fn bound_to(token: &CredentialToken) -> Vec<u8> {
    [token.certificate.as_slice(), &token.proved_at.to_be_bytes(), token.key.as_str().as_bytes()]
        .concat()
}
