//! A browser without a window: cookies, redirects on one host, forms found by their inputs.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use url::Url;

use crate::http::{Answer, Connection};

/// A person's browser, talking to one server.
pub(crate) struct Browser {
    connection: Connection,
    origin: Url,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) async fn open(origin: &Url) -> Result<Self> {
        let connection = Connection::open(origin.authority()).await?;
        Ok(Self { connection, origin: origin.clone(), cookies: BTreeMap::new() })
    }

    /// One that has these cookies, as the header carries them.
    pub(crate) async fn resume(origin: &Url, cookies: &str) -> Result<Self> {
        let mut browser = Self::open(origin).await?;
        let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
        browser.cookies = pairs.map(|(name, value)| (name.into(), value.into())).collect();
        Ok(browser)
    }

    /// The cookies, as the header that carries them.
    pub(crate) fn cookie_header(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Follows redirects on this server; stops at a page, or at a redirect elsewhere.
    pub(crate) async fn get(&mut self, url: &str) -> Result<(Url, Answer)> {
        let mut url = self.origin.join(url)?;
        for _ in 0..10 {
            let answer = self.once("GET", &url, String::new()).await?;
            match answer.location().map(|location| url.join(location)).transpose()? {
                Some(next) if next.origin() == self.origin.origin() => url = next,
                Some(elsewhere) => return Ok((elsewhere, answer)),
                None => return Ok((url, answer)),
            }
        }
        bail!("too many redirects")
    }

    /// Sends a form, then follows.
    pub(crate) async fn post(
        &mut self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<(Url, Answer)> {
        let url = self.origin.join(url)?;
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let answer = self.once("POST", &url, form).await?;
        match answer.location().map(|location| url.join(location)).transpose()? {
            Some(next) if next.origin() == self.origin.origin() => self.get(next.as_str()).await,
            Some(elsewhere) => Ok((elsewhere, answer)),
            None => Ok((url, answer)),
        }
    }

    async fn once(&mut self, method: &str, url: &Url, form: String) -> Result<Answer> {
        let path = url
            .query()
            .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let cookies = self.cookie_header();
        let origin = self.origin.origin().ascii_serialization();
        let headers =
            [("cookie", cookies.as_str()), ("origin", origin.as_str()), ("accept-language", "en")];
        let answer = match method {
            "POST" => self.connection.post(&path, &headers, form).await?,
            _ => self.connection.get(&path, &headers).await?,
        };
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str()?;
            let (name, value) =
                text.split(';').next().unwrap_or(text).split_once('=').context("a cookie")?;
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

/// The value of the hidden input of this name.
pub(crate) fn hidden(page: &Answer, name: &str) -> Result<String> {
    let html = std::str::from_utf8(&page.body)?;
    let input = format!("name=\"{name}\" value=\"");
    let start = html
        .find(&input)
        .with_context(|| format!("no input {name} on the page ({}):\n{html}", page.status))?;
    let rest = html.get(start + input.len()..).context("an input's value")?;
    Ok(rest.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"))
}
