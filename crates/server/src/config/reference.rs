//! The reference page of the configuration file, made from the comments in `raw.rs`.

/// The source whose comments are the page.
const RAW: &str = include_str!("raw.rs");

const HEAD: &str = "# Configuration

<!-- Made by `yinzheng config reference`; change the comments in `crates/server/src/config/raw.rs` instead. -->

One TOML file, read by `yinzheng serve --config FILE` and explained by `yinzheng config check --config FILE`. An unknown
field is an error. Secrets never stand in it: it names the files that hold them.
";

const EXAMPLE: &str = r#"
## Example

```toml
issuer = "https://id.example"
listen = "127.0.0.1:8080"
metrics_listen = "127.0.0.1:9464"
data_directory = "/var/lib/yinzheng"

[operator]
name_zh = "示例机构"
name_en = "Example Institution"
contact = "help@id.example"

[database]
url = "postgres://yinzheng@127.0.0.1/yinzheng"
password_file = "/etc/yinzheng/database-password"

[registry]
url = "http://127.0.0.1:9001"
token_file = "/etc/yinzheng/registry-token"

[messages]
url = "http://127.0.0.1:9002"
token_file = "/etc/yinzheng/messages-token"

[limits]
behind_proxy = true
```
"#;

/// The page, in Markdown.
pub(crate) fn reference() -> String {
    let mut page = String::from(HEAD);
    let mut comment = String::new();
    let mut in_struct = false;
    for line in RAW.lines() {
        let text = line.trim();
        if let Some(words) = text.strip_prefix("/// ") {
            if !comment.is_empty() {
                comment.push(' ');
            }
            comment.push_str(words);
        } else if text.starts_with("pub struct ") {
            let title = comment.trim_end_matches('.');
            page.extend(["\n## ", title, "\n\n| field | meaning |\n|---|---|\n"]);
            comment.clear();
            in_struct = true;
        } else if let Some((name, _)) =
            text.strip_prefix("pub ").filter(|_| in_struct).and_then(|field| field.split_once(':'))
        {
            page.extend(["| `", name, "` | ", &comment, " |\n"]);
            comment.clear();
        } else if line == "}" {
            in_struct = false;
        } else if !text.starts_with("#[") {
            comment.clear();
        }
    }
    page.push_str(EXAMPLE);
    page
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLE, reference};
    use crate::config::RawConfig;

    #[test]
    fn the_page_in_docs_is_current() {
        let page = include_str!("../../../../docs/configuration.md");
        assert_eq!(
            page,
            reference(),
            "stale: run `yinzheng config reference > docs/configuration.md`"
        );
    }

    #[test]
    fn the_example_is_a_configuration() {
        let toml = EXAMPLE
            .split("```toml")
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .expect("an example");
        toml::from_str::<RawConfig>(toml).expect("readable");
    }
}
