//! What can be asked of the wallet, in the language of whoever asks.

use clap::{Arg, ArgAction, Command, value_parser};
use std::path::PathBuf;

use crate::{carry::SUITES, code::WORDS, language::Language};

/// Where the wallet lies when nothing else is said.
const WALLET_FILE: &str = "yinzheng-wallet.json";

/// The command line.
pub(crate) fn command(language: Language) -> Command {
    let words = |key| language.words(key);
    let reader = || Arg::new("reader").long("reader").value_name("NAME").help(words("help-reader"));
    let can = || Arg::new("can").long("can").action(ArgAction::SetTrue).help(words("help-can"));
    let file = || file(language);
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
        .arg(
            Arg::new("token")
                .long("token")
                .value_name("URI")
                .global(true)
                .help(words("help-token")),
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
        .subcommand(Command::new("lock").about(words("help-lock")).arg(file()))
        .subcommand(Command::new("unlock").about(words("help-unlock")).arg(file()))
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
        .subcommands(carrying(language))
}

fn file(language: Language) -> Arg {
    Arg::new("wallet")
        .long("wallet")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .default_value(WALLET_FILE)
        .help(language.words("help-wallet"))
}

/// What has to do with credentials that are carried.
fn carrying(language: Language) -> Vec<Command> {
    let words = |key| language.words(key);
    let file = || file(language);
    let suite = || {
        Arg::new("suite")
            .long("suite")
            .value_name("SUITE")
            .value_parser(SUITES.map(|(word, _)| word))
            .default_value("es256")
            .help(words("help-suite"))
    };
    let backup = || {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(words("help-backup-file"))
    };
    let link = |help: String| Arg::new("link").value_name("LINK").required(true).help(help);
    vec![
        Command::new("receive").about(words("help-receive")).args([
            link(words("help-offer")),
            suite(),
            file(),
        ]),
        Command::new("refresh").about(words("help-refresh")).arg(file()),
        Command::new("backup").about(words("help-backup")).args([backup(), file()]),
        Command::new("restore").about(words("help-restore")).args([backup(), file()]),
        Command::new("carry").about(words("help-carry")).arg(file()),
        Command::new("answer")
            .about(words("help-answer"))
            .args([link(words("help-question-link")), file()])
            .arg(
                Arg::new("authorities")
                    .long("authorities")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help(words("help-authorities")),
            ),
        Command::new("code").about(words("help-code")).args([
            Arg::new("what")
                .value_name("WHAT")
                .required(true)
                .num_args(1..=4)
                .value_parser(WORDS.map(|(word, _)| word))
                .help(words("help-what")),
            Arg::new("question").long("question").value_name("TEXT").help(words("help-question")),
            suite(),
            file(),
        ]),
        Command::new("history").about(words("help-history")).args([
            Arg::new("erase").long("erase").action(ArgAction::SetTrue).help(words("help-erase")),
            file(),
        ]),
    ]
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
