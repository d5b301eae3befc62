//! The operator's face models, run off the threads that serve.
//!
//! A comparison takes a core for some tens of milliseconds. Few run at once, some wait, and whoever comes beyond is told
//! at once to come later: a crowd of images costs those who send none nothing.

use std::sync::Arc;

use faces::{BadModel, Models, NotCompared, Threshold, Which, Why};
use formats::Secret;
use service::{Comparison, FaceError, Image, OutsideError, Verdict};
use tokio::sync::Semaphore;

use crate::config::PortraitModels;

/// Comparisons at once: on two cores, one is left to serve.
const AT_ONCE: usize = 1;
/// Comparisons under way or waiting: the last of them waits a second or two.
const MOST_WAITING: usize = 16;

/// Models that were read and tried.
pub(crate) struct LocalModels {
    models: Arc<Models>,
    threshold: Threshold,
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

/// Why there are no models to compare with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoModels {
    #[error(transparent)]
    Bad(#[from] BadModel),
    #[error(transparent)]
    Threshold(#[from] faces::NotAThreshold),
}

impl LocalModels {
    /// Reads the models and tries both.
    pub(crate) fn load(config: &PortraitModels) -> Result<Self, NoModels> {
        Ok(Self {
            models: Arc::new(Models::load(&config.detector, &config.embedding)?),
            threshold: Threshold::new(config.threshold)?,
            room: Arc::new(Semaphore::new(MOST_WAITING)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    pub(super) async fn compare(
        &self,
        portrait: &[u8],
        live: &Secret<Vec<u8>>,
    ) -> Result<Comparison, FaceError> {
        let room = Arc::clone(&self.room).try_acquire_owned().map_err(|_| FaceError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(broken)?;
        let (models, live) = (Arc::clone(&self.models), live.clone());
        let portrait = Secret::new(portrait.to_vec());
        // Room and turn end with the work, not with the caller: who hangs up must not make room for another.
        let compared = tokio::task::spawn_blocking(move || {
            let _held = (room, turn);
            models.compare(live.expose(), portrait.expose())
        });
        match compared.await.map_err(broken)? {
            Ok(alike) if self.threshold.is_met_by(alike) => {
                Ok(Comparison { score: Some(alike), verdict: Verdict::Matches })
            }
            Ok(alike) => Ok(Comparison { score: Some(alike), verdict: Verdict::Differs }),
            Err(NotCompared::Refused(refused)) => Err(refusal(refused)),
            Err(broke @ NotCompared::Broken) => Err(broken(broke)),
        }
    }
}

fn refusal(refused: faces::Refused) -> FaceError {
    let image = match refused.which {
        Which::Live => Image::Live,
        Which::Reference => Image::Reference,
    };
    match refused.why {
        Why::Unreadable => FaceError::Unreadable(image),
        Why::TooLarge => FaceError::TooLarge(image),
        Why::NoFace => FaceError::NoFace(image),
        Why::SeveralFaces => FaceError::SeveralFaces(image),
    }
}

fn broken(cause: impl std::error::Error + Send + Sync + 'static) -> FaceError {
    FaceError::Away(OutsideError(cause.into()))
}

#[cfg(test)]
mod tests;
