//! The boxes of a form in which scenes are ticked: `scene_<name>`, so that no scene an operator names can be another field.

use std::fmt;

use rules::{OwnScenes, Scene};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// What their fields' names begin with.
const PREFIX: &str = "scene_";

/// What the browser sends of a ticked box.
const TICKED: &str = "on";

/// The scenes whose boxes are ticked, each once. Stands flattened in a form, whose other fields it passes over.
#[derive(Debug)]
pub(crate) struct SceneBoxes(Vec<Scene>);

impl SceneBoxes {
    /// Those of them that there are today, with the bounds they have today.
    pub(crate) fn in_force(&self, own: &OwnScenes) -> Vec<Scene> {
        self.0.iter().filter_map(|&scene| own.in_force(scene)).collect()
    }
}

impl<'de> Deserialize<'de> for SceneBoxes {
    fn deserialize<D: Deserializer<'de>>(fields: D) -> Result<Self, D::Error> {
        fields.deserialize_map(Boxes)
    }
}

struct Boxes;

impl<'de> Visitor<'de> for Boxes {
    type Value = SceneBoxes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a form")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<SceneBoxes, A::Error> {
        let (mut seen, mut ticked) = (Vec::new(), Vec::new());
        while let Some((field, value)) = fields.next_entry::<String, String>()? {
            let Some(name) = field.strip_prefix(PREFIX) else { continue };
            let scene: Scene = name.parse().map_err(de::Error::custom)?;
            if seen.contains(&scene) {
                return Err(de::Error::custom("a box stands twice"));
            }
            seen.push(scene);
            if value == TICKED {
                ticked.push(scene);
            }
        }
        Ok(SceneBoxes(ticked))
    }
}

#[cfg(test)]
mod tests {
    use axum::Form;
    use axum::body::Body;
    use axum::extract::FromRequest;
    use axum::http::{Request, header};

    use super::*;

    #[derive(serde::Deserialize)]
    struct Asked {
        days: i64,
        #[serde(flatten)]
        scenes: SceneBoxes,
    }

    async fn read(form: &str) -> Option<Vec<Scene>> {
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post("/").header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(form.to_owned())).expect("a request");
        let Form(asked) = Form::<Asked>::from_request(request, &()).await.ok()?;
        assert_eq!(asked.days, 30);
        Some(asked.scenes.in_force(&OwnScenes::default()))
    }

    #[tokio::test]
    async fn ticked_boxes_are_read_and_nothing_else() {
        let ticked = read("days=30&scene_log_in=on&scene_insure=&pad=x&scene_hotel=on").await;
        assert_eq!(ticked, Some(vec![Scene::LogIn]));
        assert_eq!(read("days=30").await, Some(Vec::new()));
        for odd in ["scene_log_in=on&scene_log_in=on", "scene_=on", "scene_Log=on", "scene_%00=on"]
        {
            assert_eq!(read(&format!("days=30&{odd}")).await, None, "{odd}");
        }
    }
}
