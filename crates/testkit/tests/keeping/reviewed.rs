//! What a hostile reader found: each story is told so that it does not come back.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use yinzheng_testkit::{Town, stories};

stories!(
    who_hangs_up_while_leaving_has_left_or_stayed,
    who_hangs_up_at_the_last_step_is_enrolled_or_not
);

/// Polls a use-case until `done`, then drops it, as a browser that hangs up does. Who is too late to be left was served whole.
async fn until<T>(work: impl Future<Output = T>, mut done: impl AsyncFnMut() -> bool) {
    let mut work = pin!(work);
    while !done().await {
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

/// Waits for what goes on without its caller.
async fn soon(mut happened: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if happened().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never happened");
}

async fn who_hangs_up_while_leaving_has_left_or_stayed(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    // Left at the first moment the data key is gone, before anybody is told.
    until(li.cancel(), async || town.census().await.count("data_keys") == 0).await;
    soon(async || town.census().await.count("certificates") == 0).await;
    for table in ["devices", "consents", "events", "app_identifiers"] {
        assert_eq!(town.census().await.count(table), 0, "{table}");
    }
}

async fn who_hangs_up_at_the_last_step_is_enrolled_or_not(town: Town) {
    let enrolment = town.adult().begin().await.until_device().await;
    until(enrolment.finish(), async || town.census().await.count("identities") == 1).await;
    soon(async || town.census().await.count("certificates") == 1).await;
    assert_eq!(town.census().await.count("persons"), 1);
}
