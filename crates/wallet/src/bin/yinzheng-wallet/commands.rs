//! What can be asked of the wallet, in the language of whoever asks.

use clap::{Arg, ArgAction, Command, value_parser};
use std::path::PathBuf;

use crate::language::Language;

/// Where the wallet lies when nothing else is said.
const WALLET_FILE: &str = "yinzheng-wallet.json";

/// The command line.
pub(crate) fn command(language: Language) -> Command {
    let words = |key| language.words(key);
    let reader = || Arg::new("reader").long("reader").value_name("NAME").help(words("help-reader"));
    let can = || Arg::new("can").long("can").action(ArgAction::SetTrue).help(words("help-can"));
    let file = || {
        Arg::new("wallet")
            .long("wallet")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .default_value(WALLET_FILE)
            .help(words("help-wallet"))
    };
    Command::new("yinzheng-wallet")
        .version(env!("CARGO_PKG_VERSION"))
        .about(words("help-about"))
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("language")
                .long("language")
                .value_name("TAG")
                .value_parser(["zh-CN", "en"])
                .global(true)
                .help(words("help-language")),
        )
        .subcommand(Command::new("read").about(words("help-read")).args([reader(), can()]))
        .subcommand(
            Command::new("enrol").about(words("help-enrol")).args([
                Arg::new("platform")
                    .long("platform")
                    .value_name("URL")
                    .required(true)
                    .help(words("help-platform")),
                reader(),
                can(),
                file(),
                Arg::new("again")
                    .long("again")
                    .action(ArgAction::SetTrue)
                    .help(words("help-again")),
            ]),
        )
        .subcommand(Command::new("add-document").about(words("help-add-document")).args([
            reader(),
            can(),
            file(),
        ]))
        .subcommand(Command::new("sign-in").about(words("help-sign-in")).arg(file()))
        .subcommand(Command::new("show").about(words("help-show")).arg(file()))
        .subcommand(
            Command::new("mirror").about(words("help-mirror")).args([
                Arg::new("platform")
                    .long("platform")
                    .value_name("URL")
                    .required(true)
                    .help(words("help-platform")),
                Arg::new("folder")
                    .value_name("DIR")
                    .required(true)
                    .value_parser(value_parser!(PathBuf))
                    .help(words("help-mirror-folder")),
            ]),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together_in_both_languages() {
        for language in [Language::ZhCn, Language::En] {
            let mut command = command(language);
            command.build();
            let help = command.render_long_help().to_string();
            command.debug_assert();
            assert!(!help.contains("help-"), "{help}");
        }
    }
}
