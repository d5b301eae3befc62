//! Telling a story once on each engine.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use service::Error;
use tokio::runtime::{Builder, Runtime};

use crate::{Town, homes::Homes};

/// Makes two tests of each story: `on_sqlite::<story>` and `on_postgres::<story>`.
#[macro_export]
macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $story() { $crate::on_sqlite(super::$story); })+
        }
        mod on_postgres {
            $(#[test] fn $story() { $crate::on_postgres(super::$story); })+
        }
    };
}

/// Tells a story on SQLite.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl FnOnce(Town) -> F) {
    tell(Homes::sqlite(), story);
}

/// Tells a story on PostgreSQL, if `TEST_POSTGRES` names a server.
pub fn on_postgres<F: Future<Output = ()>>(story: impl FnOnce(Town) -> F) {
    #[expect(clippy::disallowed_methods, reason = "tests are configured by their runner")]
    let Ok(server) = std::env::var("TEST_POSTGRES") else {
        eprintln!("not told: TEST_POSTGRES is not set");
        return;
    };
    tell(Homes::postgres(&server), story);
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Clears the homes away whether or not the story ends well, when whatever it began has ended.
fn tell<F: Future<Output = ()>>(homes: impl Future<Output = Homes>, story: impl FnOnce(Town) -> F) {
    let runtime_of_story = runtime();
    let homes = Arc::new(runtime_of_story.block_on(homes));
    let told = catch_unwind(AssertUnwindSafe(|| {
        runtime_of_story.block_on(async { story(Town::found(homes.clone()).await).await });
    }));
    drop(runtime_of_story);
    runtime().block_on(homes.clear());
    if let Err(failed) = told {
        resume_unwind(failed);
    }
}

/// The code of a refusal.
///
/// # Panics
/// When it was no refusal: the story expected one.
#[track_caller]
pub fn refusal<T>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused(refusal)) => refusal.code(),
        Err(fault @ Error::Faulted { .. }) => panic!("a fault, not a refusal: {fault:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}
