//! What Prometheus may know: how many requests, how answered, how long. By route template, never by
//! person or address.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{Counter, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use service::Tally;

/// Upper bounds in seconds; a login's three requests each take below a millisecond when all is
/// well.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0];

/// How often gathered durations are put into their buckets, so that memory stays bounded when
/// nobody asks.
pub(crate) const UPKEEP_EVERY: Duration = Duration::from_secs(5);

const METADATA: Metadata<'static> = Metadata::new("yinzheng", Level::INFO, None);

/// Counts requests; cheap to clone.
#[derive(Clone)]
pub(crate) struct Measured(Arc<Inner>);

struct Inner {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    routes: RwLock<HashMap<Box<str>, Arc<Route>>>,
}

/// One route's numbers: its durations, and its answers by the status's first digit.
struct Route {
    seconds: Histogram,
    answers: [OnceLock<Counter>; 5],
}

impl Measured {
    pub(crate) fn new() -> Self {
        // The bounds are a constant that is not empty, the only thing that could be wrong with
        // them.
        let builder = PrometheusBuilder::new();
        let recorder = builder.set_buckets(&BUCKETS).unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        Self(Arc::new(Inner { recorder, handle, routes: RwLock::default() }))
    }

    /// Counts one answer.
    pub(crate) fn count(&self, route: &str, status: StatusCode, took: Duration) {
        let numbers = self.route(route);
        numbers.seconds.record(took.as_secs_f64());
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(answers) = numbers.answers.get(class) {
            answers.get_or_init(|| self.answers(route, class)).increment(1);
        }
    }

    fn route(&self, route: &str) -> Arc<Route> {
        let routes = self.0.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = routes.get(route) {
            return Arc::clone(numbers);
        }
        drop(routes);
        let mut routes = self.0.routes.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(routes.entry(route.into()).or_insert_with(|| {
            let key = Key::from_parts(
                "yinzheng_request_seconds",
                vec![Label::new("route", route.to_owned())],
            );
            Arc::new(Route {
                seconds: self.0.recorder.register_histogram(&key, &METADATA),
                answers: Default::default(),
            })
        }))
    }

    fn answers(&self, route: &str, class: usize) -> Counter {
        let labels = vec![
            Label::new("route", route.to_owned()),
            Label::new("status", format!("{}xx", class + 1)),
        ];
        self.0
            .recorder
            .register_counter(&Key::from_parts("yinzheng_requests_total", labels), &METADATA)
    }

    /// Takes over what the platform counted since it started.
    pub(crate) fn take(&self, counted: &[Tally]) {
        for Tally { name, label: (label, value), times } in counted {
            let key = Key::from_parts(*name, vec![Label::new(*label, *value)]);
            self.0.recorder.register_counter(&key, &METADATA).absolute(*times);
        }
    }

    /// Puts gathered durations into their buckets.
    pub(crate) fn upkeep(&self) {
        self.0.handle.run_upkeep();
    }

    /// The router of the metrics listener, which is not the public one.
    pub(crate) fn router(self) -> Router {
        Router::new().route("/metrics", get(scrape)).with_state(self)
    }
}

/// `GET /metrics`
async fn scrape(State(measured): State<Measured>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        measured.0.handle.render(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_platform_counted_is_taken_over() {
        let measured = Measured::new();
        for times in [1, 3] {
            let label = ("grievance", "asked_again");
            measured.take(&[Tally { name: "yinzheng_reports_total", label, times }]);
        }
        let text = measured.0.handle.render();
        let line = r#"yinzheng_reports_total{grievance="asked_again"} 3"#;
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn counts_by_route_and_kind_of_answer() {
        let measured = Measured::new();
        for status in [StatusCode::OK, StatusCode::OK, StatusCode::BAD_REQUEST] {
            measured.count("/token", status, Duration::from_micros(700));
        }
        let text = measured.0.handle.render();
        assert!(
            text.contains(r#"yinzheng_requests_total{route="/token",status="2xx"} 2"#),
            "{text}"
        );
        assert!(
            text.contains(r#"yinzheng_requests_total{route="/token",status="4xx"} 1"#),
            "{text}"
        );
        assert!(
            text.contains(r#"yinzheng_request_seconds_bucket{route="/token",le="0.001"} 3"#),
            "{text}"
        );
        assert!(
            text.contains(r#"yinzheng_request_seconds_bucket{route="/token",le="0.0005"} 0"#),
            "{text}"
        );
    }
}
