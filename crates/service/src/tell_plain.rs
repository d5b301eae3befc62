//! A relying party fetches the plain identity that a person agreed to tell it: once, soon, encrypted to its own key.

use std::collections::BTreeMap;

use formats::Secret;
use protocol::{
    oauth::{
        bearer::Presented,
        carried::Carried,
        encryption::{Encrypted, Unreadable},
        error::{ErrorCode, OAuthError},
        token::TokenType,
    },
    oidc::{
        discovery::PLAIN_IDENTITY_PATH,
        plain_identity::{PlainIdentityRequest, TYP, ToldIdentity},
    },
};
use rules::{ConsentId, DisclosureId, PlainKind, plain};
use store::authentication::{Event, Kind as EventKind, PlainDisclosure};

use crate::{
    Admission, Error, Platform, Refusal,
    code::PlainWord,
    disclosure::{MayDisclose, tell},
    enrol::instant,
    references::Kind,
    tokens::AccessToken,
    vault::{self, VaultRecord},
};

impl Platform {
    /// `form` is the body of `POST /plain-identity`, `carried` what came with it. What comes back only the client reads.
    pub async fn tell_plain(&self, carried: Carried<'_>, form: &str) -> Result<String, Error> {
        let request = PlainIdentityRequest::parse(carried, form)?;
        let by = self.caller(&request.credentials).await?;
        let token = self.token_of(&by, request.access_token.expose(), carried).await?;
        let Some(PlainWord::Agreed(id)) = token.subject.plain else {
            return Err(NOT_AGREED.into());
        };
        if by.client.metadata.encryption_of(Encrypted::PlainIdentity).is_none() {
            return Err(Refusal::Unreadable(Unreadable::NoKey(Encrypted::PlainIdentity)).into());
        }
        let (disclosure, may) = self.on_record(&by, &token, DisclosureId::from_bytes(id)).await?;
        let record = self.opened_once(may).await?;
        self.written_to(&by, &token, &disclosure, &record)
    }

    /// The token, if it is this client's, in force, and shown by who holds its key.
    async fn token_of(
        &self,
        by: &Admission,
        text: &str,
        carried: Carried<'_>,
    ) -> Result<AccessToken, Error> {
        let token = self.open::<AccessToken>(Kind::AccessToken, b"", text);
        let token = token.map_err(|_| unusable("token_unknown"))?;
        if token.client != by.client.id {
            return Err(unusable("token_of_another_client").into());
        }
        let now = self.now();
        if now >= instant(token.expires_at)? {
            return Err(unusable("token_expired").into());
        }
        let token_type = if token.key.is_some() { TokenType::Dpop } else { TokenType::Bearer };
        let presented = Presented { token: text, token_type };
        let shown_to = ("POST", PLAIN_IDENTITY_PATH);
        self.shown_by(&token.sender(), presented, shown_to, carried).await?;
        match self.why_void(&token, now).await? {
            Some(reason) => Err(unusable(reason).into()),
            None => Ok(token),
        }
    }

    /// That it is told is written, for the person to see, before anything is opened.
    async fn on_record(
        &self,
        by: &Admission,
        token: &AccessToken,
        id: DisclosureId,
    ) -> Result<(PlainDisclosure, MayDisclose), Error> {
        let now = self.now();
        let (client, person) = (by.client.id.to_string(), token.subject.person);
        let consent = ConsentId::from_bytes(token.subject.consent);
        let terms = by.scene(Some(&token.subject.scene)).and_then(|scene| scene.plain.clone());
        let template = Event {
            client: client.clone(),
            scene: token.subject.scene.clone(),
            passed: true,
            ..self.event(rules::PersonId::from_bytes(person), EventKind::PlainTold, now)
        };
        self.inner()
            .store
            .write("tell plain identity", async move |tx| {
                let found = tx.plain_disclosure(id).await?.ok_or(LAPSED)?;
                if found.client != client || *found.person.bytes() != person {
                    return Err(Error::from(NOT_AGREED));
                }
                // What was agreed to, and what was registered, may have been taken back since.
                if !tx.consent_stands(consent).await? {
                    return Err(unusable("token_revoked").into());
                }
                plain::may_ask(terms.as_ref(), &found.kinds)?;
                let may = tell(tx, &found, now).await?;
                let may =
                    may.ok_or(if now < found.fetchable_until { TOLD_BEFORE } else { LAPSED })?;
                tx.add_event(&template).await?;
                Ok((found, may))
            })
            .await
    }

    async fn opened_once(&self, may: MayDisclose) -> Result<VaultRecord, Error> {
        let keys = self.keys();
        let opened =
            self.inner().vault.read(async move |tx| vault::disclose(tx, &keys, &may).await);
        Ok(opened.await?.ok_or(Refusal::CertificateEnded)?)
    }

    /// Signed, so that the relying party can show who said so; then encrypted, so that nobody else learns it.
    fn written_to(
        &self,
        by: &Admission,
        token: &AccessToken,
        disclosure: &PlainDisclosure,
        record: &VaultRecord,
    ) -> Result<String, Error> {
        let told = disclosure.kinds.iter().map(|kind| (kind.as_str(), said(record, *kind)));
        let claims = ToldIdentity {
            iss: self.issuer(),
            aud: &by.client.id,
            sub: &token.subject.identifier,
            iat: self.now(),
            jti: disclosure.id.to_string(),
            scene: &disclosure.scene,
            law: &disclosure.law,
            agreed_at: disclosure.agreed_at,
            plain_identity: told.collect::<BTreeMap<_, _>>(),
        };
        let signed = self.keys().sign_token(TYP, &claims);
        let signed = signed.map_err(|cause| Error::fault("signing plain identity", cause))?;
        let signed = Secret::new(signed);
        let what = Encrypted::PlainIdentity;
        let sealed = self.encrypted_for(&by.client, what, "JWT", signed.expose().as_bytes())?;
        Ok(sealed.ok_or(Refusal::Unreadable(Unreadable::NoKey(what)))?)
    }
}

/// What the record says of a kind.
fn said(record: &VaultRecord, kind: PlainKind) -> &str {
    let identity = &record.identity;
    match kind {
        PlainKind::Name => &identity.name,
        PlainKind::DocumentType => &identity.document_class,
        PlainKind::DocumentNumber => &identity.document_number,
        PlainKind::Born => &identity.born,
        PlainKind::Phone => &record.phone,
    }
}

fn unusable(reason: &'static str) -> OAuthError {
    ErrorCode::InvalidGrant.because(reason, "the access token is none of this client's, or is over")
}

const NOT_AGREED: OAuthError = ErrorCode::InvalidGrant
    .because("plain_not_agreed", "the person did not agree to tell plain identity in this grant");
const TOLD_BEFORE: OAuthError =
    ErrorCode::InvalidGrant.because("plain_told_before", "it was fetched before, and is told once");
const LAPSED: OAuthError = ErrorCode::InvalidGrant
    .because("plain_lapsed", "it was not fetched in time, and lapsed; ask the person again");
