//! Summaries: an article, then a hint that a summary follows.

use super::{labelled, mark, written};
use std::borrow::Cow;

use crate::{
    input::Shot,
    prompt::{Part, Prompt},
    wording::Marks,
};

/// What announces the summary. The paper adds `TL;DR:`, and measures how much worse it goes with
/// no hint at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) hint: &'static str,
}

/// The hint that is written.
pub(super) struct Marked {
    hint: Cow<'static, str>,
}

impl Form {
    pub(super) fn marked(self, marks: &Marks) -> Marked {
        Marked { hint: mark(marks.output.as_ref(), self.hint) }
    }
}

impl Marked {
    pub(super) fn render(&self, article: &str, shots: &[Shot]) -> Prompt {
        let mut prompt = Prompt::default();
        for (index, shot) in written(shots) {
            if let Shot::Summarize { article, summary } = shot {
                let summary = labelled(&self.hint, summary);
                let block = format!("{}\n{}\n\n", article.trim_end(), summary);
                prompt.push(Part::Shot(index), block);
            }
        }
        let article = article.trim_end();
        if self.hint.is_empty() && prompt.segments.is_empty() {
            // The paper's ablation: the article and nothing else.
            prompt.push(Part::Input, article);
        } else {
            prompt.push(Part::Input, format!("{article}\n"));
            prompt.push(Part::Cue, &*self.hint);
        }
        prompt
    }
}

#[cfg(test)]
mod tests {
    use crate::{Input, Shot, Task, Template};

    #[test]
    fn each_form_reads_as_agreed_with_one_shot_and_with_none() {
        let input = Input::Summarize { article: "It rained.\nThe road closed.\n".to_owned() };
        let shots = [Shot::Summarize {
            article: "Snow fell.\n".to_owned(),
            summary: "Snow\nfell.".to_owned(),
        }];
        for (id, one, none) in [
            (
                "tldr",
                "Snow fell.\nTL;DR: Snow fell.\n\nIt rained.\nThe road closed.\nTL;DR:",
                "It rained.\nThe road closed.\nTL;DR:",
            ),
            (
                "summary",
                "Snow fell.\nSummary: Snow fell.\n\nIt rained.\nThe road closed.\nSummary:",
                "It rained.\nThe road closed.\nSummary:",
            ),
            (
                "no-hint",
                "Snow fell.\nSnow fell.\n\nIt rained.\nThe road closed.\n",
                "It rained.\nThe road closed.",
            ),
        ] {
            let template = Template::by_id(Task::Summarize, id).expect(id);
            assert_eq!(template.render(&input, &shots).text(), one, "{id}");
            assert_eq!(template.render(&input, &[]).text(), none, "{id}");
        }
    }
}
