//! A relying party that asks wallets itself is attested: who it is, its key, and what it may ask in one of its scenes.
//!
//! Nothing is remembered. An attestation cannot be taken back: whoever is suspended asks on until it is over, a day at the most.

use formats::Jwk;
use jiff::Timestamp;
use protocol::{
    issuance::documents,
    oauth::Carried,
    presentation::{
        attestation::{Attestation, LIFETIME, Shown},
        attesting::{AttestationRequest, AttestationResponse},
    },
};
use rules::SceneRegistration;

use crate::{Admission, Error, Platform, ask_presentation::carried as carried_of};

impl Platform {
    /// `form` is the body of `POST /verifier-attestation`, `carried` what came with it.
    pub async fn attest_verifier(
        &self,
        carried: Carried<'_>,
        form: &str,
    ) -> Result<AttestationResponse, Error> {
        let asked = AttestationRequest::parse(carried, form)?;
        let by = self.caller(&asked.credentials).await?;
        let scope = asked.scope()?;
        let (scene, named) = self.may_ask_wallets(&by, &scope).await?;
        let key = asked.key(&by.client)?.clone();
        let may_ask = if named.is_empty() {
            carried_of(&scene.asks).map(str::to_owned).collect()
        } else {
            named
        };
        let now = self.now();
        let attestation = self.attestation(&by, &scene, may_ask, key, now + LIFETIME);
        let keys = self.keys();
        let (key, kid) =
            keys.verifier_signer().map_err(|cause| Error::fault("attesting a verifier", cause))?;
        let signed = attestation.sign(key, kid, now);
        Ok(AttestationResponse::new(&attestation, signed, now))
    }

    /// What the platform says of a client in one of its scenes.
    pub(crate) fn attestation(
        &self,
        by: &Admission,
        scene: &SceneRegistration,
        may_ask: Vec<String>,
        key: Jwk,
        expires_at: Timestamp,
    ) -> Attestation {
        Attestation {
            issuer: self.issuer().as_str().to_owned(),
            client_id: by.client.id.to_string(),
            organisation: by.organisation.as_str().to_owned(),
            shown: shown(by, scene),
            scene: scene.scene.as_str().to_owned(),
            credential_type: documents::vct(self.issuer()),
            may_ask,
            key,
            expires_at,
        }
    }
}

fn shown(by: &Admission, scene: &SceneRegistration) -> Vec<Shown> {
    let one = |locale: &str, client: &str, organisation: &str, purpose: &str| Shown {
        locale: locale.to_owned(),
        client_name: client.to_owned(),
        organization_name: organisation.to_owned(),
        purpose: purpose.to_owned(),
    };
    vec![
        one("zh-CN", &by.client_zh, &by.organisation_zh, &scene.purpose_zh),
        one("en", &by.client_en, &by.organisation_en, &scene.purpose_en),
    ]
}
