//! What a visitor may have to download before the page works.

use super::Problem;
use crate::sizes::Size;

/// The most that brotli may leave of each wasm file, in bytes, by the start of its name.
const BUDGETS: [(&str, u64); 2] = [("zeroshot-app", 450_000), ("zeroshot-worker", 2_500_000)];

/// Every wasm file is one that has a budget and keeps it.
pub fn budget(sizes: &[Size]) -> Vec<Problem> {
    let missing =
        BUDGETS.iter().filter(|(name, _)| !sizes.iter().any(|size| size.name.starts_with(name)));
    let missing =
        missing.map(|(name, _)| Problem::error(format!("the built page has no {name}….wasm")));
    let wrong = sizes.iter().filter_map(|Size { name, brotli, .. }| {
        match BUDGETS.iter().find(|(start, _)| name.starts_with(start)) {
            None => {
                Some(Problem::error(format!("{name} has no size budget (xtask/src/tidy/sizes.rs)")))
            }
            Some((_, most)) if brotli > most => Some(Problem::error(format!(
                "{name} is {brotli} bytes by brotli, over its budget of {most}"
            ))),
            Some(_) => None,
        }
    });
    missing.chain(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, brotli: u64) -> Size {
        Size { name: name.into(), raw: brotli * 3, brotli }
    }

    #[test]
    fn each_file_keeps_its_budget() {
        let app = size("zeroshot-app-0f_bg.wasm", 450_000);
        let worker = size("zeroshot-worker_bg.wasm", 2_400_000);
        assert!(budget(&[app.clone(), worker.clone()]).is_empty());
        assert_eq!(budget(&[size("zeroshot-app-0f_bg.wasm", 450_001), worker.clone()]).len(), 1);
        assert_eq!(budget(std::slice::from_ref(&app)).len(), 1, "the worker is missing");
        assert_eq!(budget(&[app, worker, size("other.wasm", 1)]).len(), 1, "an unknown file");
    }
}
