//! SD-JWT VC (draft-ietf-oauth-sd-jwt-vc-19): a credential of a type, by an issuer, for a holder's key, until a day, with a
//! place in a status list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    BadSdJwt, Concealed, Held, Kind, Reader, UnverifiedSdJwt, conceal, issue, verify::holder_key,
};
use crate::{Jwk, Signer, Verified, VerifyingKey};

/// draft-ietf-oauth-sd-jwt-vc-19 §2.2.1: "The typ value MUST use dc+sd-jwt."
pub const TYPE: &str = "dc+sd-jwt";

/// draft-ietf-oauth-sd-jwt-vc-19 §2.2.2.3: "The following registered JWT claims, including any of their sub-claims, when used in
/// the SD-JWT component of an SD-JWT VC, MUST NOT be included in Disclosures and therefore MUST NOT be selectively
/// disclosed".
const KIND: Kind = Kind {
    typ: TYPE,
    open: &["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"],
};

/// Why a credential is worth nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadCredential {
    /// No message that was signed, or not shown to this reader now.
    #[error(transparent)]
    SdJwt(#[from] BadSdJwt),
    /// It lacks what a credential says, or says it otherwise.
    #[error("what the credential says in the open is malformed")]
    Claims,
    /// Of another issuer than the one whose key it was.
    #[error("a credential of another issuer")]
    Issuer,
    /// Of another type.
    #[error("a credential of another type")]
    Vct,
    /// Over, or not yet good.
    #[error("the credential is not of this time")]
    Time,
}

/// Which credential is expected.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Whose key verifies.
    pub issuer: &'a str,
    /// The type.
    pub vct: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// Where the status of a credential stands (draft-ietf-oauth-status-list-20 §6.2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StatusReference {
    /// The place in the list.
    #[serde(rename = "idx")]
    pub index: u32,
    /// The list.
    pub uri: String,
}

/// What a credential says in the open.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// Who issued it.
    pub issuer: String,
    /// Its type.
    pub vct: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Where its status stands.
    pub status: Option<StatusReference>,
    /// Whose it is.
    pub holder: Jwk,
}

/// A credential with what it says beside the open, as far as that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Presented {
    /// What it says in the open.
    pub credential: Credential,
    /// Everything else.
    pub claims: Map<String, Value>,
    /// When its holder signed.
    pub at: Timestamp,
    /// What else its holder signed.
    pub others: Map<String, Value>,
}

impl Credential {
    /// Hides every one of `hidden` among decoys, signs, and writes the compact form with all disclosures.
    ///
    /// # Errors
    /// When a hidden name is one of the open ones, or stands twice.
    pub fn issue(
        &self,
        signer: Signer<'_>,
        open: Map<String, Value>,
        hidden: &[(&str, Value)],
        decoys: usize,
        chance: &mut dyn FnMut(&mut [u8]),
    ) -> Result<String, issue::BadName> {
        let mut members = open;
        let cnf = Confirmation { jwk: self.holder.clone().nameless() };
        members.insert("iss".to_owned(), self.issuer.as_str().into());
        members.insert("vct".to_owned(), self.vct.as_str().into());
        members.insert("exp".to_owned(), self.expires_at.as_second().into());
        members.insert("cnf".to_owned(), written(&cnf));
        if let Some(status_list) = &self.status {
            let status = Status { status_list: status_list.clone() };
            members.insert("status".to_owned(), written(&status));
        }
        if hidden.iter().any(|(name, _)| KIND.open.contains(name)) {
            return Err(issue::BadName);
        }
        let Concealed { members, disclosures } = conceal(members, hidden, decoys, chance)?;
        Ok(issue::sign(signer, TYPE, Concealed { members, disclosures }))
    }

    /// Takes the open part out of what was said; the holder's key was read from it before.
    fn read(claims: &mut Map<String, Value>, holder: Jwk) -> Result<Self, BadCredential> {
        let open: Open = Deserialize::deserialize(Value::Object(
            KIND.open
                .iter()
                .filter_map(|name| claims.remove_entry(*name))
                .collect::<Map<String, Value>>(),
        ))
        .map_err(|_| BadCredential::Claims)?;
        Ok(Self {
            issuer: open.iss,
            vct: open.vct,
            expires_at: Timestamp::from_second(open.exp).map_err(|_| BadCredential::Claims)?,
            status: open.status.map(|status| status.status_list),
            holder,
        })
    }

    fn check(&self, expected: &Expected<'_>) -> Result<(), BadCredential> {
        if self.issuer != expected.issuer {
            return Err(BadCredential::Issuer);
        }
        if self.vct != expected.vct {
            return Err(BadCredential::Vct);
        }
        if self.expires_at <= expected.now { Err(BadCredential::Time) } else { Ok(()) }
    }
}

/// A credential's text of good form. Nothing it says is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedCredential<'a>(UnverifiedSdJwt<'a>, &'a str);

impl<'a> UnverifiedCredential<'a> {
    /// Looks at the form.
    pub fn parse(text: &'a str) -> Result<Self, BadCredential> {
        Ok(Self(UnverifiedSdJwt::parse(text, KIND)?, text))
    }

    /// Which of its keys the issuer says it signed with.
    pub fn unverified_kid(&self) -> Option<&str> {
        self.0.unverified_header().kid.as_deref()
    }

    /// Who it says issued it, to find the keys by.
    pub fn unverified_issuer(&self) -> Result<String, BadCredential> {
        match self.0.unverified_payload()?.remove("iss") {
            Some(Value::String(issuer)) => Ok(issuer),
            _ => Err(BadCredential::Claims),
        }
    }

    /// Takes it as its holder, to be shown later.
    pub fn receive(
        self,
        issuer: &VerifyingKey,
        expected: &Expected<'_>,
    ) -> Result<Verified<(Credential, Held)>, BadCredential> {
        let held = Held::receive(self.1, KIND, issuer)?.into_inner();
        let holder = holder_key(held.claims())?;
        let credential = Credential::read(&mut held.claims().clone(), holder)?;
        credential.check(expected)?;
        Ok(Verified::new((credential, held)))
    }

    /// Reads it as somebody to whom it is shown. Its status is another question, and comes after.
    pub fn verify_presented(
        self,
        issuer: &VerifyingKey,
        expected: &Expected<'_>,
        reader: &Reader<'_>,
    ) -> Result<Verified<Presented>, BadCredential> {
        let mut bound = self.0.verify_presented(issuer, reader)?.into_inner();
        let not_before = bound.claims.get("nbf").map(Value::as_i64);
        let credential = Credential::read(&mut bound.claims, bound.holder)?;
        credential.check(expected)?;
        match not_before {
            Some(None) => return Err(BadCredential::Claims),
            Some(Some(begin)) if begin > expected.now.as_second() => {
                return Err(BadCredential::Time);
            }
            _ => {}
        }
        let (claims, at, others) = (bound.claims, bound.at, bound.others);
        Ok(Verified::new(Presented { credential, claims, at, others }))
    }
}

/// What we read of it; `exp` is asked for, though the draft makes it optional (`docs/divergences.md`).
#[derive(Deserialize)]
struct Open {
    iss: String,
    vct: String,
    exp: i64,
    status: Option<Status>,
}

/// RFC 7800 §3.2.
#[derive(Serialize)]
struct Confirmation {
    jwk: Jwk,
}

#[derive(Deserialize, Serialize)]
struct Status {
    status_list: StatusReference,
}

fn written<T: Serialize>(value: &T) -> Value {
    crate::unfailing(serde_json::to_value(value), "our own types are JSON")
}
