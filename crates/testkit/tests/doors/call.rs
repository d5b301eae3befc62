//! One request, to be spoilt at will.

use axum::body::Body;
use axum::http::{Request, header};

/// The kind of a form's body.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A request that has not been sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `GET`, `POST` or something nobody expects.
    pub(crate) method: &'static str,
    /// The path, with its query.
    pub(crate) path: String,
    /// The fields of the form, in any bytes.
    pub(crate) fields: Vec<(String, Vec<u8>)>,
    /// The head beside the kind of the body.
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
}

impl Call {
    /// Asks for a page.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), fields: Vec::new(), headers: Vec::new() }
    }

    /// Sends a form.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self { method: "POST", ..Self::get(path) }
    }

    /// The same with another value of a field.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref().to_vec();
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
        self
    }

    /// The same with a field twice.
    #[must_use]
    pub(crate) fn doubled(mut self, name: &str) -> Self {
        let value = self.value(name).to_vec();
        self.fields.push((name.to_owned(), value));
        self
    }

    /// The same without a field.
    #[must_use]
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// The same with one more header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name, value.as_ref().to_vec()));
        self
    }

    /// The same without a header.
    #[must_use]
    pub(crate) fn bare_of(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// The same from somebody who looks at pages.
    #[must_use]
    pub(crate) fn by_a_reader(self) -> Self {
        self.header("accept", "text/html,application/xhtml+xml")
    }

    /// What a field holds.
    #[track_caller]
    pub(crate) fn value(&self, name: &str) -> &[u8] {
        let found = self.fields.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no field {name} in {}", self.path)).1
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> Vec<String> {
        self.fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The form as it travels.
    pub(crate) fn form(&self) -> String {
        let encode = |bytes: &[u8]| form_urlencoded::byte_serialize(bytes).collect::<String>();
        let pair = |(name, value): &(String, Vec<u8>)| {
            format!("{}={}", encode(name.as_bytes()), encode(value))
        };
        self.fields.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// The values of its fields, query, cookies and credentials.
    pub(crate) fn said(&self) -> Vec<String> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut said: Vec<_> = self.fields.iter().map(|(_, value)| text(value)).collect();
        let (_, query) = self.path.split_once('?').unwrap_or_default();
        said.extend(values(query, '&'));
        for (name, value) in &self.headers {
            match *name {
                "cookie" => said.extend(values(&text(value), ';')),
                "authorization" => said.extend(text(value).split(' ').skip(1).map(str::to_owned)),
                _ => {}
            }
        }
        said
    }

    /// As it is sent.
    pub(crate) fn request(&self) -> Request<Body> {
        if self.method == "GET" {
            return self.request_with(None, Body::empty());
        }
        self.request_with(Some(FORM), self.form().into())
    }

    /// The same head over another body.
    pub(crate) fn request_with(&self, kind: Option<&str>, body: Body) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value.as_slice());
        }
        request.body(body).unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }
}

/// What stands behind each `=`.
pub(crate) fn values(text: &str, between: char) -> impl Iterator<Item = String> {
    text.split(between).filter_map(|pair| Some(pair.split_once('=')?.1.to_owned()))
}
