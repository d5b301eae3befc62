//! What the command line takes.

use clap::{Arg, ArgAction, Command, builder::PossibleValuesParser, value_parser};
use formats::qr::Subject;

use crate::{page::PORT, words::Words};

pub(crate) fn command(words: &Words) -> Command {
    let language = Arg::new("language").long("language").value_name("TAG").global(true);
    let port = Arg::new("port").long("port").value_name("PORT").value_parser(value_parser!(u16));
    let page = Command::new("page").about(words.say("help-page")).args(desk(words));
    Command::new("yinzheng-reader")
        .about(words.say("help-about"))
        .args(desk(words))
        .arg(language.help(words.say("help-language")))
        .arg(Arg::new("code").value_name("CODE").conflicts_with("ask").help(words.say("help-code")))
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .disable_help_subcommand(true)
        .subcommand(page.arg(port.default_value(PORT).help(words.say("help-port"))))
}

/// What a desk is told, whatever it looks like.
fn desk(words: &Words) -> [Arg; 3] {
    let yes_or_no = Subject::ALL.into_iter().take(6).map(Subject::claim);
    let mirror = Arg::new("mirror").long("mirror").value_name("DIR").required(true);
    let want = Arg::new("want").long("want").value_name("CLAIM").action(ArgAction::Append);
    let ask = Arg::new("ask").long("ask").action(ArgAction::SetTrue);
    [
        mirror.help(words.say("help-mirror")),
        want.value_parser(PossibleValuesParser::new(yes_or_no)).help(words.say("help-want")),
        ask.help(words.say("help-ask")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_holds_together_in_both_languages() {
        for tag in ["en", "zh-CN"] {
            let mut command = command(&Words::of(tag));
            command.build();
            command.clone().debug_assert();
            let page = command.find_subcommand_mut("page").unwrap().render_long_help().to_string();
            for help in [page, command.render_long_help().to_string()] {
                assert!(!help.contains("help-"), "{help}");
            }
            for line in [
                "r --mirror m YZ1:A",
                "r --mirror m --ask",
                "r page --mirror m --want minor --ask --port 0",
            ] {
                command.clone().try_get_matches_from(line.split(' ')).unwrap();
            }
            for line in ["r", "r page", "r --mirror m --ask YZ1:A", "r --mirror m page --mirror m"]
            {
                command.clone().try_get_matches_from(line.split(' ')).unwrap_err();
            }
        }
    }
}
