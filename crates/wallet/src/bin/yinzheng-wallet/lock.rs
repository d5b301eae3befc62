//! `yinzheng-wallet lock` and `unlock`: the files sealed under a passcode or a sentence, and open again.

use clap::ArgMatches;
use yinzheng_wallet::{Lock, Opener};

use crate::{
    ask::ask_hidden,
    failure::Failure,
    home::{Home, hold},
    language::Language,
    world,
};

/// Runs `lock`: what lay open is taken over; what was locked is locked with something else.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    change(language, wishes, |language| {
        let typed = ask_hidden(&language.words("ask-new-opener"))?;
        let opener = Opener::try_from(typed.as_str());
        let opener = opener.map_err(|_| Failure::Typed("typed_opener"))?;
        if ask_hidden(&language.words("ask-new-opener-again"))? != typed {
            return Err(Failure::Typed("openers_differ"));
        }
        Ok(Lock::new(opener, world::fill))
    })?;
    println!("{}", language.words("locked"));
    Ok(())
}

/// Runs `unlock`.
pub(crate) fn unlock(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    change(language, wishes, |_| Ok(Lock::off(world::fill)))?;
    println!("{}", language.words("unlocked"));
    Ok(())
}

/// Opens both files and writes them under another lock. Whoever is stopped between the two runs it again.
fn change(
    language: Language,
    wishes: &ArgMatches,
    new: impl FnOnce(Language) -> Result<Lock, Failure>,
) -> Result<(), Failure> {
    let _held = hold(wishes)?;
    let mut home = Home::open(language, wishes)?;
    let wallet = home.has_wallet().then(|| home.wallet()).transpose()?;
    let pocket = home.has_pocket().then(|| home.pocket_under_its_own(language)).transpose()?;
    if wallet.is_none() && pocket.is_none() {
        return Err(Failure::NothingToLock);
    }
    home.change_lock(new(language)?);
    if let Some(pocket) = pocket {
        home.keep_pocket(&pocket)?;
    }
    if let Some(wallet) = wallet {
        home.keep_wallet(&wallet)?;
    }
    Ok(())
}
