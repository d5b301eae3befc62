//! Sealed references: what need not be remembered travels sealed with the browser or the relying party.

use formats::base64url;
use protocol::oauth::error::{ErrorCode, OAuthError};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Platform, Refusal};

/// What a reference is. One kind never opens as another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A waiting grant: an authorization code.
    Code,
    /// An access token.
    AccessToken,
    /// A client's token of its own.
    OwnToken,
    /// A session.
    Session,
    /// A challenge for a device.
    Challenge,
    /// An authorization request that waits for a sign-in.
    SignIn,
    /// An authorization request that waits for approval.
    Approval,
    /// An authorization request that waits for a guardian.
    GuardianNeeded,
    /// A challenge for a guardian's card.
    GuardianCard,
    /// An application a guardian has looked at.
    GuardianRequest,
    /// A use of a child's, as its guardian may name it.
    ChildUse,
    /// An enrolment on its way to another device.
    HandOver,
    /// An enrolment in flight.
    Enrolment,
    /// A question for a passkey yet to be made.
    NewPasskey,
    /// A question for a passkey.
    PasskeyUse,
    /// An officer's invitation.
    OfficerInvitation,
    /// An officer's session.
    OfficerSession,
    /// An application that an officer has yet to sign.
    CounterDraft,
    /// An application at a counter, in the vault.
    CounterApplication,
    /// An application that two officers signed, on the person's own screen.
    HandedOver,
    /// An offer to act in somebody's stead.
    DelegationOffer,
    /// A pushed authorization request.
    Pushed,
    /// A nonce for a proof of possession.
    DpopNonce,
    /// An authorization request that waits for a word on plain identity.
    PlainIdentity,
    /// What a knock asks, in its row.
    Knock,
    /// What the screen beside a phone holds.
    Watch,
    /// What a phone holds that saw a picture in time.
    Seen,
    /// What was answered to a knock, in its row.
    KnockAnswer,
    /// A refresh token, for who presents the one before it again.
    Successor,
    /// A message to a relying party.
    Delivery,
    /// A relying party's wish that the person signs out.
    SignOut,
    /// An offer of credentials to a wallet.
    CredentialOffer,
    /// A wallet's token for credentials.
    CredentialToken,
    /// A nonce for proofs of a wallet's keys.
    CredentialNonce,
    /// What a notification calls the credentials of one answer.
    CredentialNotification,
    /// What a wallet fetches the credentials by that it was told to wait for.
    CredentialTransaction,
    /// A wallet's pushed request.
    WalletPushed,
    /// A wallet's request that waits for its person.
    WalletAsked,
    /// A wallet's code.
    WalletCode,
    /// A question to a wallet, in its address.
    Question,
    /// What a relying party fetches the result of a question by.
    PresentationHandle,
    /// What came of a question, in its row.
    PresentationResult,
}

impl Kind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"code",
            Self::AccessToken => b"access-token",
            Self::OwnToken => b"own-token",
            Self::Session => b"session",
            Self::Challenge => b"challenge",
            Self::SignIn => b"sign-in",
            Self::PlainIdentity => b"plain identity",
            Self::Approval => b"approval",
            Self::GuardianNeeded => b"guardian-needed",
            Self::GuardianCard => b"guardian-card",
            Self::GuardianRequest => b"guardian-request",
            Self::ChildUse => b"child-use",
            Self::HandOver => b"hand-over",
            Self::Enrolment => b"enrolment",
            Self::NewPasskey => b"new-passkey",
            Self::PasskeyUse => b"passkey-use",
            Self::OfficerInvitation => b"officer-invitation",
            Self::OfficerSession => b"officer-session",
            Self::CounterDraft => b"counter-draft",
            Self::CounterApplication => b"counter-application",
            Self::HandedOver => b"handed-over",
            Self::DelegationOffer => b"delegation-offer",
            Self::Pushed => b"pushed-request",
            Self::DpopNonce => b"dpop-nonce",
            Self::Knock => b"knock",
            Self::Watch => b"watch",
            Self::Seen => b"seen-frame",
            Self::KnockAnswer => b"knock-answer",
            Self::Successor => b"refresh-successor",
            Self::Delivery => b"delivery",
            Self::SignOut => b"sign-out",
            Self::CredentialOffer => b"credential-offer",
            Self::CredentialToken => b"credential-token",
            Self::CredentialNonce => b"credential-nonce",
            Self::CredentialNotification => b"credential-notification",
            Self::CredentialTransaction => b"credential-transaction",
            Self::WalletPushed => b"wallet-pushed",
            Self::WalletAsked => b"wallet-asked",
            Self::WalletCode => b"wallet-code",
            Self::Question => b"question",
            Self::PresentationHandle => b"presentation-handle",
            Self::PresentationResult => b"presentation-result",
        }
    }
}

/// Longest text that is looked at.
const MAX_TEXT: usize = 8 * 1024;

impl Platform {
    pub(crate) fn seal_bytes<T: Serialize>(
        &self,
        kind: Kind,
        bound_to: &[u8],
        value: &T,
    ) -> Result<Vec<u8>, Error> {
        let plain = serde_json::to_vec(value)
            .map_err(|cause| Error::fault("writing a reference", cause))?;
        self.keys()
            .seal_reference(self.world().draw(), &context(kind, bound_to), &plain)
            .map_err(|cause| Error::fault("sealing a reference", cause))
    }

    pub(crate) fn open_bytes<T: DeserializeOwned>(
        &self,
        kind: Kind,
        bound_to: &[u8],
        sealed: &[u8],
    ) -> Option<T> {
        let plain = self.keys().open_reference(&context(kind, bound_to), sealed)?;
        serde_json::from_slice(plain.expose()).ok()
    }

    /// Seals a value as text fit for URLs and forms. It opens only as the same kind, bound to the same bytes. What would be
    /// too long to be opened is refused at once; only a relying party's request can be.
    pub(crate) fn seal<T: Serialize>(
        &self,
        kind: Kind,
        bound_to: &[u8],
        value: &T,
    ) -> Result<String, Error> {
        let text = base64url::encode(&self.seal_bytes(kind, bound_to, value)?);
        if text.len() > MAX_TEXT { Err(TOO_LONG.into()) } else { Ok(text) }
    }

    /// Opens a sealed text; the one refusal says nothing about why it failed.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        kind: Kind,
        bound_to: &[u8],
        text: &str,
    ) -> Result<T, Refusal> {
        let sealed = (text.len() <= MAX_TEXT).then(|| base64url::decode(text).ok()).flatten();
        sealed
            .and_then(|sealed| self.open_bytes(kind, bound_to, &sealed))
            .ok_or(Refusal::TicketInvalid)
    }
}

const TOO_LONG: OAuthError = ErrorCode::InvalidRequest.because(
    "request_too_long",
    "all that the request asks is too long together: leave something out",
);

fn context(kind: Kind, bound_to: &[u8]) -> Vec<u8> {
    [kind.label(), b"\0", bound_to].concat()
}
