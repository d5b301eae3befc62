//! `--token`: the token in which keys are made and used, by the URI of RFC 7512; its PIN is asked for.

use clap::ArgMatches;
use yinzheng_wallet::Ring;

use crate::{failure::Failure, language::Language, world};

/// The keyring of a command: of the token that was named, or of none.
#[cfg(feature = "pkcs11")]
pub(crate) fn ring(language: Language, wishes: &ArgMatches) -> Result<Ring, Failure> {
    use std::rc::Rc;

    use formats::Secret;
    use yinzheng_wallet::{Pkcs11Token, Token, TokenName};

    let Some(uri) = wishes.get_one::<String>("token") else {
        return Ok(Ring::new(None, world::fill));
    };
    let name: TokenName = uri.parse().map_err(|_| Failure::Typed("typed_token"))?;
    let pin = crate::ask::ask_hidden(&language.words("ask-pin"))?;
    let token = Pkcs11Token::open(&name, &Secret::new(pin.as_str().to_owned()))?;
    Ok(Ring::new(Some(Rc::new(token) as Rc<dyn Token>), world::fill))
}

#[cfg(not(feature = "pkcs11"))]
pub(crate) fn ring(_: Language, wishes: &ArgMatches) -> Result<Ring, Failure> {
    match wishes.get_one::<String>("token") {
        Some(_) => Err(Failure::TokenNotBuilt),
        None => Ok(Ring::new(None, world::fill)),
    }
}
