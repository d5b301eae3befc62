//! Is the scene registered, and may it ask this? What can be judged before the person is asked.

use std::sync::Arc;

use protocol::{
    oauth::{
        authorize::AuthorizationRequest,
        client_metadata::GrantType,
        error::{ErrorCode, OAuthError},
    },
    oidc::scope::OFFLINE_ACCESS,
};
use rules::{
    Access, Attribute, Capacity, Consent, Mode, PlainKind, Purpose, ReleaseConsent,
    SceneRegistration,
    access::may_stand,
    plain,
    release::{may_ask, may_release},
};
use store::authentication::{ConsentRecord, Way};

use crate::{Admission, Error, Knocked, authorize::Arrival};

/// The word of a consent for how the identity was proved.
const VERIFIED: &str = "verified_claims";

/// A request that passed every check that does not need the person.
pub(crate) struct Judged {
    pub(crate) by: Arc<Admission>,
    pub(crate) request: AuthorizationRequest,
    pub(crate) scene: SceneRegistration,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) mode: Mode,
    pub(crate) arrival: Arrival,
    /// Whether it is asked how the identity was proved to which something told belongs.
    pub(crate) verified: bool,
    /// Whether the relying party may go on asking.
    pub(crate) access: Access,
    /// What is asked of plain identity, sorted.
    pub(crate) plain: Vec<PlainKind>,
    /// If it was asked on another device than the one on which it is answered.
    pub(crate) knock: Option<Knocked>,
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
        arrival: Arrival,
        offered: &[Mode],
    ) -> Result<Self, Box<Refused>> {
        match terms(&by, &request, offered) {
            Ok(Terms { scene, attributes, mode, plain }) => {
                // RFC 7591 §2: a client that did not register the refresh grant has no use for access that stands.
                let refreshes = by.client.metadata.may_use(GrantType::RefreshToken).is_ok();
                let stands = refreshes && request.scope.asks_to_stand();
                let access = if stands { scene.access } else { Access::Once };
                let sets = request.verified_in_id_token.iter().chain(&request.verified_in_userinfo);
                let told = |claim: &String| attributes.iter().any(|one| one.claim() == claim);
                let verified = sets.flat_map(|set| &set.claims).any(told);
                Ok(Self {
                    by,
                    request,
                    scene,
                    attributes,
                    mode,
                    arrival,
                    verified,
                    access,
                    plain,
                    knock: None,
                })
            }
            Err(error) => Err(Box::new(Refused { request, error })),
        }
    }

    /// The same, answered for another, in whose name nobody gives standing access or tells how they proved who they are.
    ///
    /// Who was asked by name is asked for nobody else: the relying party would take the principal for the person it knows.
    pub(crate) fn for_another(self) -> Result<Self, Error> {
        if self.knock.as_ref().and_then(Knocked::way) == Some(Way::Backchannel) {
            return Err(rules::Refusal::NotForAnother.into());
        }
        Ok(Self { verified: false, access: Access::Once, ..self })
    }

    /// The same, of a person of this capacity.
    ///
    /// OpenID Connect Core §11: "The Authorization Server MUST explicitly receive or have consent for all clients when the
    /// `offline_access` scope value is used"; what may not be agreed to is left out of the scope.
    pub(crate) fn of(self, capacity: Option<Capacity>) -> Self {
        let may = capacity.map_or(Access::Once, |capacity| may_stand(&self.scene, capacity));
        Self { access: if self.access == Access::Standing { may } else { self.access }, ..self }
    }

    /// Measures art. 8, held against what the person agreed to.
    pub(crate) fn release(&self, consent: &ConsentRecord) -> Result<(), rules::Refusal> {
        released(&self.scene, &self.attributes, consent)
    }

    /// What is agreed to as a consent names it: sorted, each once.
    pub(crate) fn told(&self) -> String {
        let mut claims: Vec<_> =
            self.attributes.iter().map(|attribute| attribute.claim()).collect();
        if self.access == Access::Standing {
            claims.push(OFFLINE_ACCESS);
        }
        if self.verified {
            claims.push(VERIFIED);
        }
        claims.sort_unstable();
        claims.dedup();
        claims.join(" ")
    }
}

/// Measures art. 8: may this be told in this scene, by what was agreed to?
pub(crate) fn released(
    scene: &SceneRegistration,
    attributes: &[Attribute],
    consent: &ConsentRecord,
) -> Result<(), rules::Refusal> {
    let agreed = consent.attributes.split_whitespace();
    let consent = ReleaseConsent {
        scene: scene.scene,
        attributes: agreed.filter_map(|claim| claim.parse().ok()).collect(),
        consent: Consent::recorded(Purpose::Release, consent.notice),
    };
    may_release(scene, attributes, &consent).map(drop)
}

/// What a request asks, once it was held against its scene.
struct Terms {
    scene: SceneRegistration,
    attributes: Vec<Attribute>,
    mode: Mode,
    plain: Vec<PlainKind>,
}

fn terms(
    by: &Admission,
    request: &AuthorizationRequest,
    offered: &[Mode],
) -> Result<Terms, OAuthError> {
    let scene = scene_of(by, request.scope.scene())?;
    // RFC 6749 §3.3: "The authorization server MAY fully or partially ignore the scope requested
    // by the client". Words that name nothing are ignored; an attribute that may not be asked is
    // refused, with the rule.
    let words = request.scope.attributes();
    let attributes: Vec<Attribute> = words.filter_map(|word| word.parse().ok()).collect();
    let mut plain: Vec<_> = request.scope.attributes().filter_map(PlainKind::of_scope).collect();
    plain.sort_unstable();
    let asked = may_ask(&scene, &attributes);
    asked
        .and_then(|()| plain::may_ask(scene.plain.as_ref(), &plain))
        .map_err(|refusal| beyond(&refusal))?;
    // FAPI-CIBA §4.1.1: "shall require user authentication to an appropriate level": never below what the scene was registered with.
    let asked = request.acr_values.iter().find_map(|acr| acr.parse::<Mode>().ok());
    let mode = asked.filter(|asked| asked.satisfies(scene.mode)).unwrap_or(scene.mode);
    if !offered.contains(&mode) {
        return Err(MODE_NOT_OFFERED);
    }
    // OpenID Connect Core §5.5.1.1: "If this is an Essential Claim and the requirement cannot be met, then the
    // Authorization Server MUST treat that outcome as a failed authentication attempt."
    let demanded = &request.essential_acr;
    if !demanded.is_empty() && !demanded.iter().any(|acr| acr == mode.acr()) {
        return Err(ACR_NOT_MET);
    }
    Ok(Terms { scene, attributes, mode, plain })
}

/// The scene that is named, or the first, if it may be asked in.
pub(crate) fn scene_of(
    by: &Admission,
    named: Option<&str>,
) -> Result<SceneRegistration, OAuthError> {
    let scene = by.scene(named).cloned();
    scene.ok_or_else(|| if by.has_lost(named) { SCENE_NOT_DECLARED } else { SCENE_UNKNOWN })
}

/// What is said of a question that goes too far.
pub(crate) fn beyond(refusal: &rules::Refusal) -> OAuthError {
    let said = match refusal {
        rules::Refusal::BeyondRegistration(_) => BEYOND_REGISTRATION,
        _ => BEYOND_SCENE,
    };
    ErrorCode::InvalidScope.because(refusal.code(), said)
}

const BEYOND_SCENE: &str = "this scene justifies no such question (Measures art. 8); leave it out, or ask in a scene that justifies it";
const BEYOND_REGISTRATION: &str = "the client did not register this question for the scene (Measures art. 8); leave it out, or have the registration extended";
const SCENE_UNKNOWN: OAuthError = ErrorCode::InvalidScope.because(
    "scene_not_registered",
    "the client did not register this scene (Measures art. 8); ask in one it registered",
);
const SCENE_NOT_DECLARED: OAuthError = ErrorCode::InvalidScope.because(
    "scene_not_declared",
    "the operator does not offer this scene any more; ask in another that the client registered",
);
const ACR_NOT_MET: OAuthError = ErrorCode::UnmetAuthenticationRequirements
    .because("acr_not_met", "this scene is not entered by any of the modes that acr demands");
const MODE_NOT_OFFERED: OAuthError = ErrorCode::UnmetAuthenticationRequirements
    .because("mode_not_offered", "this mode is not offered: no portrait is compared here");
