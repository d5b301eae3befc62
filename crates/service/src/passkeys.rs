//! Passkeys, whoever's they are: an authenticator is asked, its answer held against the question, and its use recorded.
//!
//! A question is not remembered. It travels sealed with the browser, for one kind of owner and one purpose, and is spent
//! with its first good answer.

mod question;

use formats::{
    CoseKey, Verified,
    cose::ALGORITHMS,
    webauthn::{self, Assured, BadPasskey, NewPasskey},
};
use jiff::Timestamp;
use rules::{PasskeyName, retention};
use serde_json::json;
use store::{
    Authentication, Tx,
    authentication::{Event, Passkey, PasskeyOwner, Spent},
};

use crate::{Error, Platform, Refusal, references::Kind, signed_act::SignedAct};

pub(crate) use question::{Place, challenge_for};
use question::{asked_of, owned_by, spent, text};

/// Passkeys of one owner: a key in each pocket and some in drawers.
const MOST: usize = 10;

/// What a browser is asked.
#[derive(Clone, Debug)]
pub struct PasskeyQuestion {
    /// The options for `navigator.credentials`, as JSON.
    pub options: String,
    /// The question, sealed; the page's form sends it back.
    pub state: String,
}

/// Which passkeys may answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PasskeyHolders {
    /// Those of persons.
    Persons,
    /// Those of officers.
    Officers,
}

impl PasskeyHolders {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Persons => b"persons",
            Self::Officers => b"officers",
        }
    }

    const fn include(self, owner: &PasskeyOwner) -> bool {
        matches!(
            (self, owner),
            (Self::Persons, PasskeyOwner::Certificate(_))
                | (Self::Officers, PasskeyOwner::Officer(_))
        )
    }
}

impl Platform {
    /// Asks for a new passkey. `label` is what the authenticator shows of its owner; it may be copied to whoever keeps
    /// the owner's passkeys, and names nobody.
    pub async fn ask_for_new_passkey(
        &self,
        owner: PasskeyOwner,
        label: &str,
    ) -> Result<PasskeyQuestion, Error> {
        let place = Place::of(self)?;
        let known = self.passkeys_of(owner).await?;
        if known.len() >= MOST {
            return Err(Refusal::PasskeysFull.into());
        }
        let handle = known.first().map(|passkey| passkey.user_handle.clone());
        let question =
            self.new_question(handle.unwrap_or_else(|| self.world().draw::<16>().to_vec()))?;
        let named = |passkey: &Passkey| json!({"type": "public-key", "id": text(&passkey.id)});
        let parameter = |alg: &i64| json!({"type": "public-key", "alg": alg});
        let options = json!({
            "rp": {"id": place.id, "name": "Yinzheng 隐证"},
            "user": {"id": text(&question.user_handle), "name": label, "displayName": label},
            "challenge": text(&question.random),
            "pubKeyCredParams": ALGORITHMS.iter().map(parameter).collect::<Vec<_>>(),
            "timeout": retention::CHALLENGE.as_millis(),
            "excludeCredentials": known.iter().map(named).collect::<Vec<_>>(),
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "attestation": "none",
            "extensions": {"uvm": true},
        });
        self.seal_question(Kind::NewPasskey, &owned_by(&owner), &question, &options)
    }

    /// Keeps the passkey that this answer shows, and records `event`.
    pub async fn keep_passkey(
        &self,
        owner: PasskeyOwner,
        state: &str,
        answer: &str,
        name: PasskeyName,
        event: Option<Event>,
    ) -> Result<(), Error> {
        let (passkey, spent) = self.made_passkey(owner, state, answer, name)?;
        self.inner()
            .store
            .write("keep passkey", async move |tx: &Tx<Authentication>| {
                keep(tx, &passkey, &spent).await?;
                if let Some(event) = &event {
                    tx.add_event(event).await?;
                }
                Ok(())
            })
            .await
    }

    /// The passkey that this answer shows, and the question it uses up.
    pub(crate) fn made_passkey(
        &self,
        owner: PasskeyOwner,
        state: &str,
        answer: &str,
        name: PasskeyName,
    ) -> Result<(Passkey, Spent), Error> {
        let question = self.open_question(Kind::NewPasskey, &owned_by(&owner), state)?;
        let place = Place::of(self)?;
        let made: Verified<NewPasskey> =
            webauthn::made(answer, &question.random, place.party()).map_err(refused)?;
        let NewPasskey { id, key, state: Assured { count, synced, method } } = made.into_inner();
        let passkey = Passkey {
            id,
            owner,
            user_handle: question.user_handle.clone(),
            public_key: key.bytes().to_vec(),
            name,
            sign_count: count,
            synced,
            method: method.map_or("", webauthn::Method::as_str).to_owned(),
            added_at: self.now(),
            used_on: None,
        };
        Ok((passkey, spent(&question, state)?))
    }

    /// Asks whichever passkey these holders have at hand. The answer is good for `purpose` and nothing else.
    pub fn ask_for_passkey(
        &self,
        holders: PasskeyHolders,
        purpose: &[u8],
    ) -> Result<PasskeyQuestion, Error> {
        let place = Place::of(self)?;
        let question = self.new_question(Vec::new())?;
        let options = json!({
            "rpId": place.id,
            "challenge": text(&challenge_for(&question.random, purpose)),
            "timeout": retention::CHALLENGE.as_millis(),
            "allowCredentials": [],
            "userVerification": "required",
            "extensions": {"uvm": true},
        });
        self.seal_question(Kind::PasskeyUse, &asked_of(holders, purpose), &question, &options)
    }

    /// The passkey that answered; the question is spent and the use recorded.
    pub async fn prove_passkey(
        &self,
        holders: PasskeyHolders,
        purpose: &[u8],
        state: &str,
        answer: &str,
    ) -> Result<Passkey, Error> {
        self.prove_passkey_signed(holders, purpose, state, answer).await.map(|(passkey, _)| passkey)
    }

    /// The same, and what is kept to show it years later.
    pub(crate) async fn prove_passkey_signed(
        &self,
        holders: PasskeyHolders,
        purpose: &[u8],
        state: &str,
        answer: &str,
    ) -> Result<(Passkey, SignedAct), Error> {
        let question = self.open_question(Kind::PasskeyUse, &asked_of(holders, purpose), state)?;
        let unverified = webauthn::unverified(answer).map_err(refused)?;
        let (id, user_handle) = (unverified.id, unverified.user_handle);
        let find = async move |tx: &Tx<Authentication>| tx.passkey(&id).await;
        let passkey = self.inner().store.read(find).await?.ok_or(Refusal::PasskeyUnknown)?;
        // WebAuthn §7.2 step 6: "verify that response.userHandle is present" and that it is the user's.
        let same_owner = user_handle.as_ref() == Some(&passkey.user_handle);
        if !holders.include(&passkey.owner) || !same_owner {
            return Err(Refusal::PasskeyUnknown.into());
        }
        let key = CoseKey::read(&passkey.public_key)
            .map_err(|cause| Error::fault("reading a passkey", cause))?;
        let place = Place::of(self)?;
        let assured: Verified<Assured> =
            webauthn::used(answer, &challenge_for(&question.random, purpose), place.party(), &key)
                .map_err(refused)?;
        let answer = webauthn::kept(answer).map_err(refused)?;
        let signed = SignedAct::Signature { random: question.random, answer };
        let passkey = self.record_use(passkey, *assured, spent(&question, state)?).await?;
        Ok((passkey, signed))
    }

    async fn record_use(
        &self,
        passkey: Passkey,
        assured: Assured,
        spent: Spent,
    ) -> Result<Passkey, Error> {
        // WebAuthn §6.1.1: "If the authData.signCount is … less than or equal to the stored value, then this is a
        // signal, but not proof, that the authenticator may be cloned." We stop there.
        let counts = assured.count > 0 || passkey.sign_count > 0;
        if counts && assured.count <= passkey.sign_count {
            return Err(Refusal::PasskeyCopied.into());
        }
        // Owned: a borrowed word, even a static one, keeps the future from being sent between threads.
        let method = assured.method.map_or("", webauthn::Method::as_str).to_owned();
        let today = day(self.now());
        self.inner()
            .store
            .write("use passkey", async move |tx: &Tx<Authentication>| {
                if !tx.spend(&spent).await? {
                    return Err(Refusal::ChallengeSpent.into());
                }
                if !tx.use_passkey(&passkey, assured.count, &method, today).await? {
                    // Removed, or another with the same count was faster.
                    return Err(Refusal::PasskeyCopied.into());
                }
                Ok(passkey.clone())
            })
            .await
    }

    /// An owner's passkeys, oldest first.
    pub async fn passkeys_of(&self, owner: PasskeyOwner) -> Result<Vec<Passkey>, Error> {
        Ok(self.inner().store.read(async move |tx| tx.passkeys_of(&owner).await).await?)
    }
}

/// Keeps a passkey just made, unless its question was answered before, or its owner or somebody else has it.
pub(crate) async fn keep(
    tx: &Tx<Authentication>,
    passkey: &Passkey,
    spent: &Spent,
) -> Result<(), Error> {
    if !tx.spend(spent).await? {
        return Err(Refusal::ChallengeSpent.into());
    }
    if tx.passkeys_of(&passkey.owner).await?.len() >= MOST {
        return Err(Refusal::PasskeysFull.into());
    }
    if tx.add_passkey(passkey).await? { Ok(()) } else { Err(Refusal::PasskeyTaken.into()) }
}

/// Of a use, only its day is remembered.
fn day(at: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60;
    Timestamp::from_second(at.as_second().div_euclid(DAY) * DAY).unwrap_or(at)
}

fn refused(bad: BadPasskey) -> Refusal {
    match bad {
        BadPasskey::UserNotVerified => Refusal::PasskeyUserNotVerified,
        BadPasskey::Algorithm | BadPasskey::Attestation => Refusal::PasskeyNotTaken,
        BadPasskey::Malformed
        | BadPasskey::Ceremony
        | BadPasskey::Challenge
        | BadPasskey::Origin
        | BadPasskey::RelyingParty
        | BadPasskey::Signature => Refusal::PasskeyNotGenuine,
    }
}
