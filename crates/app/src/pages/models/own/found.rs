//! What was found out about a model, before anything more of it is fetched.

use super::Subject;
use crate::{
    components::use_i18n,
    i18n::{I18n, bytes, sentence_at},
    pages::models::{
        fit_note::fit_note,
        get::get,
        ground::Ground,
        types::{Offer, types},
    },
    state::{Chosen, best_type},
};
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;
use zeroshot_protocol::{Description, ModelSource, Place, Quantization};

/// What was found out.
pub fn found(i18n: &I18n, ground: &Ground, subject: &Subject) -> Html {
    let Subject { number, chosen, files, outcome } = subject;
    html! {
        <div key={*number} class="found">
            <h3>{ &chosen.title }</h3>
            { match outcome {
                None => html! { <p role="status">{ i18n.t("library.looking") }</p> },
                Some(Err(failure)) => html! {
                    <p class="alert" role="alert">
                        { sentence_at(i18n, failure, &chosen.source.place) }
                    </p>
                },
                Some(Ok(description)) => html! {
                    <Described
                        ground={ground.clone()}
                        title={chosen.title.clone()}
                        description={description.clone()}
                        files={files.clone()}
                    />
                },
            } }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DescribedProps {
    ground: Ground,
    title: String,
    description: Rc<Description>,
    files: Rc<Vec<File>>,
}

#[function_component]
fn Described(props: &DescribedProps) -> Html {
    let i18n = use_i18n();
    let picked = use_state(|| None::<Option<Quantization>>);
    let DescribedProps { ground, title, description, files } = props;
    let sizes = sizes(description);
    let kinds: Vec<_> = sizes.iter().map(|(kind, _)| *kind).collect();
    let judge = |kind| {
        let size = sizes.iter().find(|(of, _)| *of == kind).map_or(0, |(_, size)| *size);
        ground.judge(kind, size, description.kv_cache)
    };
    let kind = picked.unwrap_or_else(|| best_type(&kinds, |kind| judge(kind).fits.is_ok()));
    let offers: Vec<_> = sizes
        .iter()
        .map(|&(kind, packed)| Offer { kind, packed, fits: judge(kind).fits.is_ok() })
        .collect();
    let on_pick = {
        let picked = picked.setter();
        Callback::from(move |kind| picked.set(Some(kind)))
    };
    let source =
        ModelSource { quantization: kind, keep: Some(title.clone()), ..description.source.clone() };
    let chosen = Chosen { title: title.clone(), source };
    let verdict = judge(kind);
    html! {
        <div class="described">
            <p class="facts" role="status">{ facts(&i18n, description) }</p>
            { fit_note(&i18n, &verdict) }
            if offers.len() > 1 {
                { types(&i18n, title, &offers, kind, &on_pick) }
            }
            { get(&i18n, ground, &chosen, &verdict, files) }
        </div>
    }
}

/// The types that it can be had in, the finest first, and what it takes in each. What is packed
/// stays as it is.
fn sizes(description: &Description) -> Vec<(Option<Quantization>, u64)> {
    if !description.source.weights.ends_with(".safetensors") {
        return vec![(None, description.download)];
    }
    let mut sizes: Vec<_> =
        description.packed.iter().map(|(kind, size)| (Some(*kind), *size)).collect();
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sizes
}

fn facts(i18n: &I18n, description: &Description) -> String {
    let mut facts = vec![
        match description.architecture.as_str() {
            "openai-gpt" => "GPT-1",
            _ => "GPT-2",
        }
        .to_owned(),
    ];
    let count = i18n.parameters(description.parameters);
    facts.push(i18n.tf("library.parameters", &[("count", &count)]));
    facts.push(i18n.tf("library.positions", &[("count", &description.n_positions)]));
    let key = match description.source.place {
        Place::Picked => "library.to_read",
        Place::Site { .. } => "library.to_fetch_here",
        Place::Hub { .. } => "library.to_fetch",
    };
    facts.push(i18n.tf(key, &[("bytes", &bytes(description.download))]));
    facts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::models::own::nameless;

    #[test]
    fn floats_can_be_had_in_every_type_and_what_is_packed_as_it_is() {
        let (chosen, _) = nameless("mine".to_owned(), Place::Picked);
        let mut description = Description {
            source: ModelSource { weights: "a.safetensors".to_owned(), ..chosen.source },
            architecture: "gpt2".to_owned(),
            parameters: 10,
            n_positions: 8,
            download: 40,
            packed: vec![(Quantization::Q4, 6), (Quantization::F16, 20), (Quantization::Q8, 11)],
            kv_cache: 4,
        };
        let kinds = |description: &Description| {
            sizes(description).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        let all = [Quantization::F16, Quantization::Q8, Quantization::Q4].map(Some);
        assert_eq!(kinds(&description), all);
        description.source.weights = "a.gguf".to_owned();
        assert_eq!(sizes(&description), [(None, 40)]);
    }
}
