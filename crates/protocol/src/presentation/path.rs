//! Claims path pointers (`OpenID4VP` §7): which claims of a credential are meant.

use serde_json::Value;

/// Steps of one path looked at: our credentials are one deep, others' are not much deeper.
const MOST: usize = 8;

/// One step from a claim to those within it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// A member of an object.
    Name(String),
    /// Every element of an array.
    Every,
    /// One element of an array.
    Index(usize),
}

/// A path to one claim or several; never empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Path(Vec<Step>);

/// `OpenID4VP` §7: "A claims path pointer MUST be a non-empty array of strings, nulls and non-negative integers."
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a claims path")]
pub struct NotAPath;

impl Path {
    /// The path to a claim at the top.
    pub fn claim(name: impl Into<String>) -> Self {
        Self(vec![Step::Name(name.into())])
    }

    /// Reads one.
    pub fn read(value: &Value) -> Result<Self, NotAPath> {
        let steps = value.as_array().filter(|steps| (1..=MOST).contains(&steps.len()));
        let steps: Option<Vec<_>> = steps.ok_or(NotAPath)?.iter().map(step).collect();
        steps.map(Self).ok_or(NotAPath)
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The claim at the top that it is, or lies within.
    pub fn top(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// As it is written.
    pub fn to_value(&self) -> Value {
        let step = |step: &Step| match step {
            Step::Name(name) => Value::from(name.as_str()),
            Step::Every => Value::Null,
            Step::Index(index) => Value::from(*index),
        };
        self.0.iter().map(step).collect()
    }

    /// What it selects of a credential's claims; nothing, if any step does not fit.
    ///
    /// `OpenID4VP` §7.1.1, a string: "If any of the currently selected element(s) is not an object, abort processing and return an
    /// error. If the key does not exist in any element currently selected, remove that element from the selection." At the end: "If
    /// the set of elements currently selected is empty, abort processing and return an error."
    pub fn select<'c>(&self, claims: &'c Value) -> Vec<&'c Value> {
        let mut selected = vec![claims];
        for step in &self.0 {
            let Some(next) = within(&selected, step) else { return Vec::new() };
            selected = next;
        }
        selected
    }
}

fn step(value: &Value) -> Option<Step> {
    match value {
        Value::String(name) => Some(Step::Name(name.clone())),
        Value::Null => Some(Step::Every),
        Value::Number(index) => Some(Step::Index(usize::try_from(index.as_u64()?).ok()?)),
        _ => None,
    }
}

fn within<'c>(selected: &[&'c Value], step: &Step) -> Option<Vec<&'c Value>> {
    let mut found = Vec::new();
    for value in selected {
        match step {
            Step::Name(name) => found.extend(value.as_object()?.get(name)),
            Step::Every => found.extend(value.as_array()?),
            Step::Index(index) => found.extend(value.as_array()?.get(*index)),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `OpenID4VP` §7.3.
    #[test]
    fn examples_of_the_specification() {
        let credential = json!({
            "name": "Arthur Dent",
            "address": {"street_address": "42 Market Street", "locality": "Milliways", "postal_code": "12345"},
            "degrees": [
                {"type": "Bachelor of Science", "university": "University of Betelgeuse"},
                {"type": "Master of Science", "university": "University of Betelgeuse"},
            ],
            "nationalities": ["British", "Betelgeusian"],
        });
        for (path, selected) in [
            (json!(["name"]), json!(["Arthur Dent"])),
            (json!(["address"]), json!([credential["address"]])),
            (json!(["address", "street_address"]), json!(["42 Market Street"])),
            (json!(["degrees", null, "type"]), json!(["Bachelor of Science", "Master of Science"])),
            (json!(["nationalities", 1]), json!(["Betelgeusian"])),
            (json!(["nationalities", 2]), json!([])),
            (json!(["name", "first"]), json!([])),
            (json!(["address", null]), json!([])),
            (json!(["degrees", "type"]), json!([])),
            (json!(["degrees", null, "date"]), json!([])),
            (json!([0]), json!([])),
        ] {
            let read = Path::read(&path).unwrap();
            assert_eq!(json!(read.select(&credential)), selected, "{path}");
            assert_eq!(read.to_value(), path);
        }
    }

    #[test]
    fn other_values_are_no_paths() {
        for other in [
            json!([]),
            json!("name"),
            json!(null),
            json!([true]),
            json!([-1]),
            json!([1.5]),
            json!([["name"]]),
            json!([{}]),
            json!(vec!["a"; MOST + 1]),
        ] {
            assert_eq!(Path::read(&other), Err(NotAPath), "{other}");
        }
    }
}
