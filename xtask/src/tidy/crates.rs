//! Rules about crates: what each may link, that each keeps the workspace's lints and says what it is for.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use super::Problem;

/// What a crate may not link, directly or through others, and why.
const NEVER_LINKED: [(&str, &[&str], &str); 5] = [
    (
        "zeroshot-app",
        &["candle-core", "tokenizers", "zeroshot-gpt2", "zeroshot-worker"],
        "the page stays small and knows the model by messages only",
    ),
    (
        "zeroshot-prompting",
        &["candle-core", "tokenizers", "web-sys", "js-sys"],
        "tasks are pure text",
    ),
    (
        "zeroshot-lessons",
        &["candle-core", "tokenizers", "web-sys", "js-sys"],
        "lessons are data, judged without a model and without a page",
    ),
    (
        "zeroshot-gpt2",
        &["zeroshot-prompting", "zeroshot-protocol"],
        "the model knows neither tasks nor messages",
    ),
    ("zeroshot-kernels", &["candle-core", "tokenizers"], "kernels are arithmetic on slices"),
];

/// What a crate may not name among its own dependencies (a library below it may still use them).
const NEVER_NAMED: [(&str, &[&str], &str); 6] = [
    ("zeroshot-gpt2", WEB, "all it does runs and is tested natively"),
    ("zeroshot-kernels", WEB, "all it does runs and is tested natively"),
    ("zeroshot-prompting", WEB, "all it does runs and is tested natively"),
    ("zeroshot-lessons", WEB, "all it does runs and is tested natively"),
    ("zeroshot-decoding", WEB, "all it does runs and is tested natively"),
    ("zeroshot-protocol", WEB, "messages are plain data"),
];

const WEB: &[&str] = &["web-sys", "js-sys", "wasm-bindgen", "wasm-bindgen-futures", "gloo", "yew"];

/// Features of web types that only the worker may use: the network and storage. `Storage` is not among
/// them: a worker has no `localStorage`, in which the page remembers the choice of a model.
const WORKER_FEATURES: [&str; 11] = [
    "Cache",
    "CacheStorage",
    "EventSource",
    "FileSystemSyncAccessHandle",
    "IdbFactory",
    "Request",
    "RequestInit",
    "Response",
    "StorageManager",
    "WebSocket",
    "XmlHttpRequest",
];

/// A crate of the workspace.
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its Cargo.toml.
    pub manifest: PathBuf,
    /// The root files of its library and programs.
    pub roots: Vec<PathBuf>,
}

/// The crates of the workspace.
pub fn members(metadata: &Value) -> Vec<Member> {
    let ids: HashSet<&str> =
        list(metadata, "workspace_members").filter_map(Value::as_str).collect();
    let members = list(metadata, "packages").filter(|package| ids.contains(text(package, "id")));
    members
        .map(|package| Member {
            name: text(package, "name").to_owned(),
            manifest: text(package, "manifest_path").into(),
            roots: list(package, "targets")
                .filter(|target| list(target, "kind").any(|kind| kind == "lib" || kind == "bin"))
                .map(|target| text(target, "src_path").into())
                .collect(),
        })
        .collect()
}

/// Who may link and name what.
pub fn boundaries(metadata: &Value) -> Vec<Problem> {
    let packages: HashMap<&str, &Value> =
        list(metadata, "packages").map(|package| (text(package, "id"), package)).collect();
    let mut problems = Vec::new();
    for (name, forbidden, why) in NEVER_LINKED {
        let linked = linked(metadata, &packages, name);
        for other in forbidden.iter().filter(|other| linked.contains(**other)) {
            problems.push(Problem::error(format!("{name} links {other}, but {why}")));
        }
    }
    for (name, forbidden, why) in NEVER_NAMED {
        for dependency in dependencies(&packages, name) {
            let other = text(dependency, "name");
            if forbidden.contains(&other) {
                problems.push(Problem::error(format!("{name} depends on {other}, but {why}")));
            }
        }
    }
    for dependency in dependencies(&packages, "zeroshot-app") {
        for feature in list(dependency, "features").filter_map(Value::as_str) {
            if WORKER_FEATURES.contains(&feature) {
                let sentence = format!(
                    "zeroshot-app uses {feature}, but only the worker touches network and storage"
                );
                problems.push(Problem::error(sentence));
            }
        }
    }
    problems
}

/// A crate's own dependencies but those of its tests.
fn dependencies<'a>(
    packages: &HashMap<&str, &'a Value>,
    name: &str,
) -> impl Iterator<Item = &'a Value> {
    let package = packages.values().find(|package| text(package, "name") == name).copied();
    package
        .into_iter()
        .flat_map(|package| list(package, "dependencies"))
        .filter(|dependency| dependency.get("kind").and_then(Value::as_str) != Some("dev"))
}

/// The names of all packages that a crate links into what it runs in.
fn linked<'a>(
    metadata: &'a Value,
    packages: &HashMap<&str, &'a Value>,
    name: &str,
) -> HashSet<&'a str> {
    let nodes: HashMap<&str, &Value> = metadata
        .get("resolve")
        .map(|resolve| list(resolve, "nodes").map(|node| (text(node, "id"), node)).collect())
        .unwrap_or_default();
    let start =
        packages.iter().find(|(_, package)| text(package, "name") == name).map(|(id, _)| *id);
    let mut waiting: Vec<&str> = start.into_iter().collect();
    let (mut seen, mut names) = (HashSet::new(), HashSet::new());
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        names.extend(packages.get(id).map(|package| text(package, "name")));
        let dependencies = nodes.get(id).into_iter().flat_map(|node| list(node, "deps"));
        // A procedural macro and a build script run at compile time: what they link is not in the page.
        let runs = |dependency: &&Value| {
            list(dependency, "dep_kinds").any(|kind| kind.get("kind").is_none_or(Value::is_null))
        };
        let compiled = |id: &str| packages.get(id).is_some_and(|package| !is_proc_macro(package));
        waiting.extend(
            dependencies
                .filter(runs)
                .map(|dependency| text(dependency, "pkg"))
                .filter(|id| compiled(id)),
        );
    }
    names
}

fn is_proc_macro(package: &Value) -> bool {
    list(package, "targets").any(|target| list(target, "kind").any(|kind| kind == "proc-macro"))
}

/// The workspace's lints (no unsafe code among them) hold in a crate only if its manifest says so.
pub fn inherits_lints(name: &str, manifest: &str) -> Option<Problem> {
    let compact: String = manifest.split_whitespace().collect();
    (!compact.contains("[lints]workspace=true")).then(|| {
        Problem::error(format!(
            "{name} should inherit the workspace's lints ([lints] workspace = true)"
        ))
    })
}

/// A crate's root file says what the crate is for.
pub fn has_header(path: &str, source: &str) -> Option<Problem> {
    (!source.starts_with("//!")).then(|| {
        Problem::error(format!("{path} should start with //! and say what the crate is for and what it leaves to others"))
    })
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A workspace in which `edges` are the dependencies between packages, by name.
    fn workspace(edges: &[(&str, &str)]) -> Value {
        let names: HashSet<&str> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let of = |name: &str, make: fn(&str) -> Value| -> Vec<Value> {
            edges.iter().filter(|(from, _)| *from == name).map(|(_, to)| make(to)).collect()
        };
        let package = |name: &&str| {
            let dependencies = of(name, |to| json!({"name": to, "kind": null, "features": []}));
            let kind = if name.ends_with("derive") { "proc-macro" } else { "lib" };
            json!({"id": name, "name": name, "manifest_path": "Cargo.toml", "dependencies": dependencies,
                "targets": [{"kind": [kind], "src_path": "src/lib.rs"}]})
        };
        let node = |name: &&str| json!({"id": name, "deps": of(name, |to| json!({"pkg": to, "dep_kinds": [{"kind": null}]}))});
        json!({
            "workspace_members": ["zeroshot-app"],
            "packages": names.iter().map(package).collect::<Vec<_>>(),
            "resolve": {"nodes": names.iter().map(node).collect::<Vec<_>>()},
        })
    }

    fn sentences(edges: &[(&str, &str)]) -> Vec<String> {
        boundaries(&workspace(edges)).into_iter().map(|problem| problem.sentence).collect()
    }

    #[test]
    fn the_page_may_not_link_the_model_by_any_way() {
        let found = sentences(&[("zeroshot-app", "helper"), ("helper", "candle-core")]);
        assert_eq!(
            found,
            [
                "zeroshot-app links candle-core, but the page stays small and knows the model by messages only"
            ]
        );
        assert!(
            sentences(&[
                ("zeroshot-app", "zeroshot-prompting"),
                ("zeroshot-worker", "candle-core")
            ])
            .is_empty()
        );
    }

    #[test]
    fn what_runs_while_compiling_is_not_linked() {
        assert!(
            sentences(&[("zeroshot-app", "some-derive"), ("some-derive", "tokenizers")]).is_empty()
        );
    }

    #[test]
    fn the_model_may_not_name_web_types_but_a_library_below_may() {
        assert_eq!(sentences(&[("zeroshot-gpt2", "web-sys")]).len(), 1);
        assert!(sentences(&[("zeroshot-gpt2", "tokenizers"), ("tokenizers", "js-sys")]).is_empty());
    }

    #[test]
    fn the_page_may_not_fetch_or_store() {
        let mut workspace = workspace(&[("zeroshot-app", "web-sys")]);
        let dependency = |workspace: &mut Value, feature: &str| {
            for package in workspace["packages"].as_array_mut().unwrap() {
                if package["name"] == "zeroshot-app" {
                    package["dependencies"][0]["features"] = json!([feature]);
                }
            }
        };
        dependency(&mut workspace, "Element");
        assert!(boundaries(&workspace).is_empty());
        dependency(&mut workspace, "Request");
        assert_eq!(boundaries(&workspace).len(), 1);
    }

    #[test]
    fn members_name_their_root_files() {
        let workspace = workspace(&[("zeroshot-app", "serde")]);
        let members = members(&workspace);
        assert_eq!(members.len(), 1);
        assert_eq!(members[0].roots, [PathBuf::from("src/lib.rs")]);
    }

    #[test]
    fn a_crate_says_what_it_is_for_and_keeps_the_lints() {
        assert!(has_header("lib.rs", "use std::fs;").is_some());
        assert!(has_header("lib.rs", "//! The model.\n").is_none());
        assert!(
            inherits_lints("a", "[package]\nname = \"a\"\n[lints.rust]\nunsafe_code = \"allow\"")
                .is_some()
        );
        assert!(inherits_lints("a", "[lints]\nworkspace = true\n").is_none());
    }
}
