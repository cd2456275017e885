//! The project's chores, as `cargo xtask <command>`.

mod bench;
mod browser;
mod csp;
mod fuzz;
mod lighthouse;
mod offline;
mod run;
mod serve;
mod setup;
mod site;
mod size;
mod split;
mod test;
mod workspace;

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use crate::run::say;
use crate::serve::{Base, Site};
use crate::workspace::Workspace;

/// The project's chores: set-up, build, serve, test.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the other commands need: the wasm target, npm packages, trunk and wasm-bindgen
    Setup,
    /// Build the site and serve it on 127.0.0.1
    Serve(Serve),
    /// Build the site into `dist/`, ready for any static host
    Build,
    /// Check and test everything
    Test(test::Options),
    /// Print what the site in `dist/` weighs after brotli, and fail where it is over the budget
    Size,
    /// Run the fuzzers, each for twenty minutes; wants a nightly toolchain
    Fuzz(fuzz::Options),
    /// Run the benchmarks, which print figures
    Bench {
        /// Parts of them, of which `wasm` holds WebAssembly under Node against native code; all where none is named
        parts: Vec<String>,
        /// What edits cost in the built page instead, and how smoothly it moves, in Chromium
        #[arg(long, conflicts_with = "parts")]
        browser: bool,
        /// What Lighthouse says of the built page instead, as a phone gets it; fetches Lighthouse from npm
        #[arg(long, conflicts_with_all = ["parts", "browser"])]
        lighthouse: bool,
    },
}

#[derive(Args)]
struct Serve {
    /// The port to listen on
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// Rebuild on each change, without optimisation and without the Content-Security-Policy
    #[arg(long)]
    dev: bool,
    /// Serve the `dist/` that is there
    #[arg(long, conflicts_with = "dev")]
    no_build: bool,
    /// Serve under a sub-path, such as `/some/path/`
    #[arg(long, default_value = "/", conflicts_with = "dev")]
    base: Base,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Setup => {
            setup::site_tools(&workspace)?;
            setup::checkers()?;
            say("everything is in place");
            Ok(())
        }
        Command::Serve(options) => serve(&workspace, options),
        Command::Build => {
            let tools = setup::site_tools(&workspace)?;
            site::build(&workspace, &tools)?;
            say("the site is in `dist/`; any static host can serve it, from any path");
            Ok(())
        }
        Command::Test(options) => test::run(&workspace, &options),
        Command::Size => match size::report(&workspace.dist())?.as_slice() {
            [] => Ok(()),
            over => bail!("over the budget: {}", over.join(", ")),
        },
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Bench { browser, lighthouse, .. } if browser || lighthouse => {
            browser::chromium()?;
            let tools = setup::site_tools(&workspace)?;
            site::build(&workspace, &tools)?;
            if lighthouse { lighthouse::run(&workspace) } else { browser::bench(&workspace) }
        }
        Command::Bench { parts, .. } => bench::run(&workspace, &parts),
    }
}

fn serve(workspace: &Workspace, options: Serve) -> Result<()> {
    if options.dev {
        let tools = setup::site_tools(workspace)?;
        return site::serve_dev(workspace, &tools, options.port, options.open);
    }
    // Taken before the build, so that a port in use is known at once and not minutes later.
    let listener = TcpListener::bind(("127.0.0.1", options.port)).with_context(|| {
        format!("cannot listen on 127.0.0.1:{}; `--port` takes another port", options.port)
    })?;
    if options.no_build {
        site::require(workspace)?;
    } else {
        let tools = setup::site_tools(workspace)?;
        site::build(workspace, &tools)?;
    }
    let server = Site::start(listener, &workspace.dist(), &options.base)?;
    println!("Serving {}", server.url());
    if options.open
        && let Err(error) = open::that_detached(server.url())
    {
        say(&format!("cannot open a browser: {error}"));
    }
    server.wait()
}
