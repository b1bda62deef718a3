//! What is measured: which engines, with which types of weights and how many threads.

use std::fmt;

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The worker of the built page.
    Zeroshot,
    /// llama.cpp compiled to wasm.
    Wllama,
    /// onnxruntime compiled to wasm.
    TransformersJs,
    /// This project's command line.
    ZeroshotNative,
    /// llama.cpp, natively.
    LlamaCpp,
    /// The page itself with its own model, as a visitor meets it.
    Page,
    /// Reading memory, and nothing else.
    Machine,
}

impl Engine {
    /// As in `docs/benchmarks.jsonl`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zeroshot => "zeroshot",
            Self::Wllama => "wllama",
            Self::TransformersJs => "transformers.js",
            Self::ZeroshotNative => "zeroshot-native",
            Self::LlamaCpp => "llama.cpp",
            Self::Page => "page",
            Self::Machine => "machine",
        }
    }

    /// Whether it runs in a browser.
    pub const fn is_in_browser(self) -> bool {
        !matches!(self, Self::ZeroshotNative | Self::LlamaCpp | Self::Machine)
    }

    /// Whether it can be measured without any peer.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Zeroshot | Self::ZeroshotNative | Self::Page | Self::Machine)
    }
}

/// One engine in one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Who.
    pub engine: Engine,
    /// The model's name in `docs/benchmarks.jsonl`.
    pub model: &'static str,
    /// The type of the weights, by the engine's own name for it; empty where there are none.
    pub kind: &'static str,
    /// Threads.
    pub threads: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, model, kind, threads } = self;
        write!(f, "{} {model} {kind}, {threads} threads", engine.name())
    }
}

/// Every case, in an order in which the engines take turns.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for threads in [1, 2] {
        let mut add = |engine, kinds: &[&'static str]| {
            cases.extend(kinds.iter().map(|&kind| Case { engine, model: "124M", kind, threads }));
        };
        add(Engine::Machine, &[""]);
        add(Engine::Zeroshot, &["Q8_0"]);
        add(Engine::Wllama, &["Q8_0"]);
        add(Engine::TransformersJs, &["q8"]);
        add(Engine::ZeroshotNative, &["Q8_0", "Q4_0"]);
        add(Engine::LlamaCpp, &["Q8_0", "Q4_0"]);
        add(Engine::Zeroshot, &["Q4_0"]);
        add(Engine::Wllama, &["Q4_0"]);
        add(Engine::TransformersJs, &["fp32"]);
        add(Engine::Zeroshot, &["F16", "F32"]);
    }
    for model in ["355M", "774M"] {
        cases.push(Case { engine: Engine::Zeroshot, model, kind: "Q8_0", threads: 1 });
    }
    cases.push(Case { engine: Engine::Page, model: "builtin", kind: "Q8_0", threads: 1 });
    cases
}

/// Ours, in a few minutes.
pub fn quick() -> Vec<Case> {
    let is_quick = |case: &Case| {
        case.engine.is_ours() && case.model != "774M" && !matches!(case.kind, "F16" | "F32")
            || case.engine == Engine::Page
    };
    all().into_iter().filter(|case| is_quick(case) && case.model != "355M").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_run_needs_no_peer() {
        assert!(quick().iter().all(|case| case.engine.is_ours()));
        assert!(quick().len() < all().len());
    }
}
