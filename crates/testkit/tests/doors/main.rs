//! Attacks on every door of the platform: truncated, oversized, doubled, replayed, cross-client and cross-person input.
//! Each is refused with its own code, and nothing changes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod answer;
mod attacks;
mod bodies;
mod browser;
mod call;
mod clients;
mod counter;
mod coverage;
mod credentials;
mod ended;
mod enrolling;
mod exchanges;
mod factors;
mod family;
mod forgery;
mod front;
mod heads;
mod honest;
mod journey;
mod knocks;
mod known_wallets;
mod locking;
mod logs;
mod native;
mod noise;
mod other_ways;
mod own_scenes;
mod papers;
mod party;
mod persons;
mod plain;
mod presentations;
mod rate;
mod registering;
mod reporting;
mod sign_out;
mod stand;
mod stretched;
mod tokens;
mod values;
mod wallet_codes;
mod wallet_providers;
mod wallets;

/// Makes a test of each story, told on SQLite before an open front.
macro_rules! told {
    ($($story:ident),+ $(,)?) => {
        mod told {
            $(#[test] fn $story() {
                yinzheng_testkit::on_sqlite(|town| async {
                    super::$story($crate::front::Front::open(town).await).await;
                });
            })+
        }
    };
}
pub(crate) use told;
