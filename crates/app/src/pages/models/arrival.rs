//! A model on its way: how much is there, how fast it comes, and what can be done about it.

use super::countdown::Countdown;
use crate::{
    hooks::Loader,
    i18n::{I18n, bytes, sentence_at},
    state::{Download, Flow},
};
use yew::prelude::*;
use zeroshot_protocol::Place;

/// A model on its way.
pub fn arrival(i18n: &I18n, download: &Download, loader: &Loader) -> Html {
    let id = download.id;
    let act = |name: &str, act: fn(&Loader, u32)| {
        let loader = loader.clone();
        html! {
            <button type="button" class="secondary" onclick={move |_| act(&loader, id)}>
                { i18n.t(name) }
            </button>
        }
    };
    // The one that comes with the page is all there is as long as there is no other.
    let can_end = !(download.unattended && download.chosen.is_first());
    let from_network = !download.from_device;
    html! {
        <div class="arrival">
            <progress
                aria-label={i18n.tf("library.loading", &[("title", &download.chosen.title)])}
                max="1"
                value={download.share().map(|share| share.to_string())}
            />
            <p class="facts">{ figures(i18n, download) }</p>
            <p role="status">
                { match &download.flow {
                    Flow::Coming if download.damaged => i18n.t("library.damaged_fetching"),
                    Flow::Paused => i18n.t("library.paused"),
                    _ => String::new(),
                } }
            </p>
            if let Flow::Waiting { failure, until } = &download.flow {
                <p class="waits" role="alert">
                    { sentence_at(i18n, failure, &download.chosen.source.place) }
                </p>
                <p class="facts"><Countdown key={until.to_string()} until={*until} /></p>
            }
            <div class="acts">
                { match &download.flow {
                    Flow::Coming if can_end && from_network => act("library.pause", Loader::pause),
                    Flow::Coming => Html::default(),
                    Flow::Paused => act("library.resume", Loader::resume),
                    Flow::Waiting { .. } => act("library.try_now", Loader::resume),
                } }
                if can_end {
                    { act("library.cancel", Loader::cancel) }
                }
            </div>
        </div>
    }
}

/// Bytes, rate and time left, and where they come from.
fn figures(i18n: &I18n, download: &Download) -> String {
    let received = bytes(download.received);
    let mut figures = vec![match download.total {
        0 => received,
        total => i18n.tf("library.of", &[("received", &received), ("total", &bytes(total))]),
    }];
    if let Some(rate) = download.rate() {
        figures.push(i18n.tf("library.rate", &[("bytes", &bytes(rate as u64))]));
    }
    if let Some(seconds) = download.seconds_left() {
        figures.push(i18n.time_left(seconds));
    }
    figures.push(i18n.t(match download.chosen.source.place {
        _ if download.from_device => "library.from_device",
        Place::Picked => "library.from_files",
        _ => "library.from_network",
    }));
    figures.join(" · ")
}
