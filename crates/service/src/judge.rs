//! Is the scene registered, and may it ask this? What can be judged before the person is asked.

use std::sync::Arc;

use jiff::Timestamp;
use protocol::oauth::{
    authorize::AuthorizationRequest,
    error::{ErrorCode, OAuthError},
};
use rules::{
    Attribute, Consent, Mode, Purpose, ReleaseConsent, SceneRegistration,
    release::{may_ask, may_release},
};
use store::authentication::ConsentRecord;

use crate::Admission;

/// A request that passed every check that does not need the person.
pub(crate) struct Judged {
    pub(crate) by: Arc<Admission>,
    pub(crate) request: AuthorizationRequest,
    pub(crate) scene: SceneRegistration,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) mode: Mode,
    pub(crate) asked_at: Timestamp,
}

/// A request that did not pass, with the error its client is sent.
pub(crate) struct Refused {
    pub(crate) request: AuthorizationRequest,
    pub(crate) error: OAuthError,
}

impl Judged {
    pub(crate) fn new(
        by: Arc<Admission>,
        request: AuthorizationRequest,
        asked_at: Timestamp,
        offered: &[Mode],
    ) -> Result<Self, Box<Refused>> {
        match terms(&by, &request, offered) {
            Ok((scene, attributes, mode)) => {
                Ok(Self { by, request, scene, attributes, mode, asked_at })
            }
            Err(error) => Err(Box::new(Refused { request, error })),
        }
    }

    /// Measures art. 8, held against what the person agreed to.
    pub(crate) fn release(&self, consent: &ConsentRecord) -> Result<(), rules::Refusal> {
        let agreed = consent.attributes.split_whitespace();
        let consent = ReleaseConsent {
            scene: self.scene.scene,
            attributes: agreed.filter_map(|claim| claim.parse().ok()).collect(),
            consent: Consent::recorded(Purpose::Release, consent.notice),
        };
        may_release(&self.scene, &self.attributes, &consent).map(drop)
    }

    /// Attributes as a consent names them: sorted, each once.
    pub(crate) fn attributes_text(&self) -> String {
        let mut claims: Vec<_> =
            self.attributes.iter().map(|attribute| attribute.claim()).collect();
        claims.sort_unstable();
        claims.dedup();
        claims.join(" ")
    }
}

fn terms(
    by: &Admission,
    request: &AuthorizationRequest,
    offered: &[Mode],
) -> Result<(SceneRegistration, Vec<Attribute>, Mode), OAuthError> {
    let scene = by.scene(request.scope.scene()).cloned().ok_or(SCENE_UNKNOWN)?;
    // RFC 6749 §3.3: "The authorization server MAY fully or partially ignore the scope requested
    // by the client". Words that name nothing are ignored; an attribute that may not be asked is
    // refused, with the rule.
    let words = request.scope.attributes();
    let attributes: Vec<Attribute> = words.filter_map(|word| word.parse().ok()).collect();
    may_ask(&scene, &attributes).map_err(|refusal| {
        let said = "the scene does not allow what is asked (Measures art. 8)";
        ErrorCode::InvalidScope.because(refusal.code(), said)
    })?;
    let asked = request.acr_values.iter().find_map(|acr| acr.parse::<Mode>().ok());
    let mode = asked.filter(|asked| asked.satisfies(scene.mode)).unwrap_or(scene.mode);
    if !offered.contains(&mode) {
        return Err(MODE_NOT_OFFERED);
    }
    Ok((scene, attributes, mode))
}

const SCENE_UNKNOWN: OAuthError = ErrorCode::InvalidScope
    .because("scene_not_registered", "the client did not register this scene");
const MODE_NOT_OFFERED: OAuthError = ErrorCode::UnmetAuthenticationRequirements
    .because("mode_not_offered", "this mode is not offered: no portrait is compared here");
