//! What the command line takes.

use clap::{Arg, ArgAction, Command, builder::PossibleValuesParser};
use formats::qr::Subject;

use crate::words::Words;

pub(crate) fn command(words: &Words) -> Command {
    let yes_or_no = Subject::ALL.into_iter().take(6).map(Subject::claim);
    Command::new("yinzheng-reader")
        .about(words.say("help-about"))
        .arg(
            Arg::new("mirror")
                .long("mirror")
                .value_name("DIR")
                .required(true)
                .help(words.say("help-mirror")),
        )
        .arg(
            Arg::new("want")
                .long("want")
                .value_name("CLAIM")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(yes_or_no))
                .help(words.say("help-want")),
        )
        .arg(
            Arg::new("ask")
                .long("ask")
                .action(ArgAction::SetTrue)
                .conflicts_with("code")
                .help(words.say("help-ask")),
        )
        .arg(
            Arg::new("language")
                .long("language")
                .value_name("TAG")
                .help(words.say("help-language")),
        )
        .arg(Arg::new("code").value_name("CODE").help(words.say("help-code")))
}
