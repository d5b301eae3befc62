//! `yinzheng-wallet mirror`: fetches the platform's keys and status lists for a reader that has no network.

use std::path::PathBuf;

use clap::ArgMatches;
use yinzheng_wallet::Published;

use crate::{
    failure::Failure,
    language::Language,
    platform::{Answer, Page, Platform},
    world,
};

/// Lists fetched at most: four times those of a nation.
const MOST: usize = 5_400;

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let address = wishes.get_one::<String>("platform").map_or("", String::as_str);
    let folder = wishes.get_one::<PathBuf>("folder").cloned().unwrap_or_default();
    let platform = Platform::at(language, address)?;
    let keys = file(&platform, "/jwks/certificates")?.ok_or(Failure::Odd)?;
    let mut published = Published::by(platform.issuer().clone(), keys).map_err(|_| Failure::Odd)?;
    while published.next() < MOST {
        let Some(list) = file(&platform, &format!("/status/{}", published.next()))? else { break };
        published.add(list, world::now()).map_err(|_| Failure::Odd)?;
    }
    // There always is a first one.
    if published.next() == 0 {
        return Err(Failure::Odd);
    }
    published.write(&folder).map_err(|_| Failure::Mirror)?;
    let lists = published.next().to_string();
    println!("{}", language.with("mirror-written", &[("lists", &lists)]));
    Ok(())
}

/// A file of the platform's; nothing, if it has none of that name.
fn file(platform: &Platform, path: &str) -> Result<Option<String>, Failure> {
    let Answer { status, body, .. } = platform.page(&Page { path, cookie: None, form: None })?;
    match status {
        200 => Ok(Some(body)),
        404 => Ok(None),
        _ => Err(Failure::Away),
    }
}
