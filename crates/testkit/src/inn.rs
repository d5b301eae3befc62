//! An inn, which asks in a scene of the operator's own.

use protocol::oauth::{ClientMetadata, Profile};
use rules::{Access, Mode, OwnScenes, Scene, SceneDeclaration, SceneRegistration};
use rules::{AgeThreshold, Attribute, own_scene::DeclaredBounds};
use service::Error;

use crate::{
    Application, Town,
    applications::{Credential, admission, scene},
};

/// The scene's name.
pub const CHECK_IN: &str = "check_in";

/// What inns may have: whether a guest is of age, again without the guest, and by somebody in the guest's stead.
pub const INNS: DeclaredBounds<'static> = DeclaredBounds {
    asks: &[Attribute::AgeOver(AgeThreshold::Eighteen)],
    access: Access::Standing,
    delegable: true,
    plain_law: None,
};

/// The scene as a registration names it.
pub fn check_in() -> Scene {
    CHECK_IN.parse().expect("a name")
}

impl Town {
    /// The same town, whose operator was started again with a scene for inns, so bounded.
    #[must_use]
    pub fn with_inns(&self, bounds: &DeclaredBounds<'_>) -> Self {
        let titles = ["入住 <旅馆>", "check in at an <inn>"];
        let declared = SceneDeclaration::new(CHECK_IN, titles, bounds).expect("a declaration");
        self.declaring(OwnScenes::new(vec![declared]).expect("one"))
    }

    /// An inn: it logs guests in, and checks them in as it registers it here.
    pub async fn inn(&self, asks: &[Attribute], access: Access) -> Result<Application, Error> {
        let application = Application {
            id: "inn",
            redirect_uri: "https://inn.example/back",
            scope: "openid scene:check_in",
            credential: Credential::Secret("a secret of the inn"),
            profile: Profile::OpenId,
            metadata: ClientMetadata { receipts: true, ..ClientMetadata::default() },
            number: "77",
        };
        let scenes = [
            SceneRegistration { access, ..scene(check_in(), asks, Mode::Certificate) },
            scene(Scene::LogIn, &[], Mode::Certificate),
        ];
        self.platform.admit(admission(&application, ("山脚旅馆", "Foothill Inn"), &scenes)).await?;
        Ok(application)
    }
}
