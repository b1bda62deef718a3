//! `cargo xtask …`: reads the command line and calls the library.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use xtask::{instructions, page, project, server::Server, sizes, test, tidy, tools, wasm};

const HELP: &str = "\
cargo xtask COMMAND

  setup                       install what building and testing need
  build                       build the page into dist/
  serve [--port N] [--dir D]  build the page if needed and serve it (port 8080 or the next free one);
                              with --dir, serve that folder as it is
  test [STEP…]                run every check, or only these: fmt clippy tidy native instructions wasm page browser
  tidy                        check the rules of the project (also a step of test)
  sizes                       print the size of the built page's wasm files
  instructions [--renew]      count what the kernels take in WebAssembly (also a step of test); write it down
  bench [OPTION…]             measure speed and memory beside other engines (--help lists the options)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["setup"] => set_up(),
        ["build"] => page::build(),
        ["serve", options @ ..] => serve(options),
        ["test", steps @ ..] => test::run(steps),
        ["tidy"] => tidy::check(),
        ["instructions", options @ ..] => instructions::count(options),
        ["bench", options @ ..] => bench(options),
        ["sizes"] => {
            sizes::print(&sizes::measure(&project::dist())?);
            Ok(())
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("there is no command `{}`\n\n{HELP}", other.join(" ")),
    }
}

fn set_up() -> Result<()> {
    let compiler = wasm::Compiler::set_up()?;
    let (trunk, wasm_bindgen, browser) =
        (tools::trunk()?, tools::wasm_bindgen()?, tools::browser()?);
    println!("compiler for the browser: {}", compiler.describe());
    println!("trunk: {}", trunk.display());
    println!("wasm-bindgen: {}", wasm_bindgen.display());
    println!("browser: {} with {}", browser.browser.display(), browser.driver.display());
    Ok(())
}

/// Measures the built page; the program for it is a package of its own.
fn bench(options: &[&str]) -> Result<()> {
    page::build_if_stale()?;
    let mut cargo = std::process::Command::new(wasm::native_cargo());
    cargo.current_dir(xtask::project::root());
    cargo.args(["run", "--release", "--quiet", "-p", "zeroshot-bench", "--"]).args(options);
    xtask::command::run(&mut cargo)
}

fn serve(options: &[&str]) -> Result<()> {
    let (mut port, mut dir) = (None, None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let value = *options.next().with_context(|| format!("{option} needs a value"))?;
        match *option {
            "--port" => {
                port = Some(value.parse::<u16>().with_context(|| format!("{value} is not a port"))?)
            }
            "--dir" => dir = Some(PathBuf::from(value)),
            other => bail!("serve has no option {other}\n\n{HELP}"),
        }
    }
    let dir = match dir {
        Some(dir) => dir,
        None => {
            page::build_if_stale()?;
            project::dist()
        }
    };
    let server = match port {
        Some(port) => Server::start(&dir, port)?,
        None => Server::start_from(&dir, 8080)?,
    };
    println!("Zeroshot is at {} (Ctrl-C stops it)", server.url());
    server.wait();
    Ok(())
}
