//! What a verifier does with an answer: one function from bytes of a stranger to what was proved, or why nothing was.
//!
//! Who holds a copy of the status lists calls [`verify`]; who looks elsewhere takes the two steps, [`Awaited::open`] and
//! [`Unchecked::standing`]. Before the second nothing can be had of the first.

use formats::{
    JwkSet, OpeningKey,
    sd_jwt::{
        BadCredential, Expected, Presented as Shown, Reader, StatusReference, UnverifiedCredential,
    },
    status_list::mirror::{Mirror, Standing},
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    Presented, Query, Unsatisfied,
    query::Format,
    response::{self, BadResponse},
    transaction_data::TransactionData,
};

/// `OpenID4VP` §B.3.3.1: the member of the holder's proof that agrees to transactions.
const HASHES: &str = "transaction_data_hashes";

/// The same place, of the hash function.
const HASHED_BY: &str = "transaction_data_hashes_alg";

/// Most presentations looked at: each costs two signature checks.
const MOST: usize = 16;

/// What was asked, as the verifier remembers it.
#[derive(Clone, Copy, Debug)]
pub struct Awaited<'a> {
    /// Whom the holder's proof must name: the verifier's whole client identifier.
    pub audience: &'a str,
    /// What was drawn for this question.
    pub nonce: &'a str,
    /// What the answer must bring along; nothing where the browser carries it.
    pub state: Option<&'a str>,
    /// What was asked for.
    pub query: &'a Query,
    /// What was to be agreed to.
    pub transaction_data: &'a [TransactionData],
}

/// Whose credentials are believed.
#[derive(Clone, Copy, Debug)]
pub struct Issuer<'a> {
    /// The issuer identifier.
    pub issuer: &'a str,
    /// The type of credential.
    pub vct: &'a str,
    /// The keys the issuer publishes.
    pub keys: &'a JwkSet,
}

/// One credential, proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Proved {
    /// What the query called it.
    pub id: String,
    /// What was disclosed, and what every credential of the type shows.
    pub claims: Map<String, Value>,
}

/// Why an answer proves nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unproved {
    /// It cannot be opened, or is the answer to another question.
    #[error("the answer is not one to this question")]
    Response(#[source] BadResponse),
    /// A credential or its holder's proof does not hold.
    #[error("a presentation does not hold")]
    Credential(#[source] BadCredential),
    /// Signed under a key the issuer does not publish.
    #[error("no published key has the name the credential was signed under")]
    KeyUnknown,
    /// More presentations than are looked at.
    #[error("too many presentations")]
    TooMany,
    /// Not what was asked for.
    #[error("not what was asked for")]
    Unsatisfied(#[source] Unsatisfied),
    /// The holder agreed to other transactions, or to none.
    #[error("the holder did not agree to these transactions")]
    Transaction,
    /// The credential was revoked.
    #[error("the credential was revoked")]
    Revoked,
    /// Nobody can say whether the credential was revoked: the list is missing or too old.
    #[error("the status of the credential is not known")]
    StatusUnknown,
}

impl Unproved {
    /// A stable word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Response(BadResponse::State) => "presentation_of_another_question",
            Self::Response(BadResponse::Declined) => "presentation_declined",
            Self::Response(_) => "presentation_unreadable",
            Self::Credential(_) => "presentation_invalid",
            Self::KeyUnknown => "presentation_issuer_unknown",
            Self::TooMany => "presentations_too_many",
            Self::Unsatisfied(_) => "presentation_not_as_asked",
            Self::Transaction => "transaction_not_agreed",
            Self::Revoked => "credential_revoked",
            Self::StatusUnknown => "credential_status_unknown",
        }
    }
}

/// An answer whose signatures hold, and that is what was asked for. Whether its credentials still stand is the last question.
#[derive(Debug)]
pub struct Unchecked(Vec<(String, Shown)>);

/// Judges an answer by a copy of the issuer's status lists.
///
/// # Errors
/// When anything about it is not as it must be; no part of it is believed then.
pub fn verify(
    response: &str,
    key: &OpeningKey,
    awaited: &Awaited<'_>,
    issuer: Issuer<'_>,
    mirror: &Mirror,
    now: Timestamp,
) -> Result<Vec<Proved>, Unproved> {
    let unchecked = awaited.open(response, key, issuer, now)?;
    unchecked.standing(|reference| mirror.standing(reference, now))
}

impl Awaited<'_> {
    /// Opens an answer and checks all of it but the status.
    ///
    /// `OpenID4VP` §8.6: "If any of the checks pertaining to the VP Token or the overall response fails, the VP Token MUST be
    /// rejected." Here one presentation that does not hold fails the whole.
    pub fn open(
        &self,
        response: &str,
        key: &OpeningKey,
        issuer: Issuer<'_>,
        now: Timestamp,
    ) -> Result<Unchecked, Unproved> {
        let presentations =
            response::open(response, key, self.state, self.query).map_err(Unproved::Response)?;
        if presentations.iter().count() > MOST {
            return Err(Unproved::TooMany);
        }
        let shown = presentations
            .iter()
            .map(|(id, text)| Ok((id.to_owned(), self.shown(text, issuer, now)?)));
        let shown: Vec<(String, Shown)> = shown.collect::<Result<_, _>>()?;
        self.agreed(&shown)?;
        self.satisfied(&shown)?;
        Ok(Unchecked(shown))
    }

    fn shown(&self, text: &str, issuer: Issuer<'_>, now: Timestamp) -> Result<Shown, Unproved> {
        let credential = UnverifiedCredential::parse(text).map_err(Unproved::Credential)?;
        let key = issuer.keys.find(credential.unverified_kid()).ok_or(Unproved::KeyUnknown)?;
        let expected = Expected { issuer: issuer.issuer, vct: issuer.vct, now };
        let reader = Reader { audience: self.audience, nonce: self.nonce, now };
        let shown = credential.verify_presented(key.verifying_key(), &expected, &reader);
        shown.map(formats::Verified::into_inner).map_err(Unproved::Credential)
    }

    /// Was every transaction agreed to, by one credential that may, and nothing else?
    ///
    /// `OpenID4VP` §5.1, of `credential_ids`: "If there is more than one element in the array, the Wallet MUST use only one of the
    /// referenced Credentials for transaction authorization."
    fn agreed(&self, shown: &[(String, Shown)]) -> Result<(), Unproved> {
        let agreeing = shown.iter().map(|(id, shown)| Ok((id, hashes(&shown.others)?)));
        let agreeing: Vec<(&String, Vec<&str>)> = agreeing.collect::<Result<_, _>>()?;
        let data: Vec<_> = self.transaction_data.iter().map(|data| (data, data.hash())).collect();
        let by_one = |(data, hash): &(&TransactionData, String)| {
            let by = agreeing
                .iter()
                .filter(|(id, all)| data.credentials.contains(id) && all.contains(&hash.as_str()));
            by.count() == 1
        };
        let asked = |id: &String, hash: &str| {
            data.iter().any(|(data, asked)| asked == hash && data.credentials.contains(id))
        };
        let nothing_else = agreeing.iter().all(|(id, all)| all.iter().all(|hash| asked(id, hash)));
        if data.iter().all(by_one) && nothing_else { Ok(()) } else { Err(Unproved::Transaction) }
    }

    fn satisfied(&self, shown: &[(String, Shown)]) -> Result<(), Unproved> {
        let claims: Vec<Value> =
            shown.iter().map(|(_, shown)| Value::Object(shown.claims.clone())).collect();
        let presented = shown.iter().zip(&claims).map(|((id, shown), claims)| Presented {
            id,
            format: Format::SdJwtVc,
            credential_type: &shown.credential.vct,
            claims,
            holder_bound: true,
        });
        let presented: Vec<_> = presented.collect();
        self.query.check(&presented).map_err(Unproved::Unsatisfied)
    }
}

/// The transactions that a holder's proof agrees to, by their hashes; none, if it says nothing of any.
///
/// `OpenID4VP` §B.3.3.1, of `transaction_data_hashes`: "A non-empty array of strings where each element is a base64url-encoded hash."
fn hashes(said: &Map<String, Value>) -> Result<Vec<&str>, Unproved> {
    let Some(hashes) = said.get(HASHES) else { return Ok(Vec::new()) };
    if said.get(HASHED_BY).is_some_and(|algorithm| algorithm != "sha-256") {
        return Err(Unproved::Transaction);
    }
    let hashes = hashes.as_array().filter(|hashes| !hashes.is_empty());
    let hashes: Option<Vec<_>> =
        hashes.ok_or(Unproved::Transaction)?.iter().map(Value::as_str).collect();
    hashes.ok_or(Unproved::Transaction)
}

impl Unchecked {
    /// Where each credential stands in its issuer's lists; one that stands in none cannot be revoked, and none of ours is.
    pub fn statuses(&self) -> impl Iterator<Item = &StatusReference> {
        self.0.iter().filter_map(|(_, shown)| shown.credential.status.as_ref())
    }

    /// What was proved, if every credential is good by what `standing` says of its place.
    pub fn standing(
        self,
        standing: impl Fn(&StatusReference) -> Standing,
    ) -> Result<Vec<Proved>, Unproved> {
        let proved = self.0.into_iter().map(|(id, shown)| {
            let place = shown.credential.status.as_ref().ok_or(Unproved::StatusUnknown)?;
            match standing(place) {
                Standing::Good => Ok(Proved { id, claims: shown.claims }),
                Standing::NotGood => Err(Unproved::Revoked),
                Standing::Unknown => Err(Unproved::StatusUnknown),
            }
        });
        proved.collect()
    }
}
