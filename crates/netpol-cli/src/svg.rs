//! `netpol svg`: the page's picture as a file.

use std::io::Write;

use anyhow::Result;
use netpol_view::{Layout, PortChoice, Reach, Scene, SceneOptions, svg};

use crate::Finding;
use crate::args::SvgArgs;
use crate::input;
use crate::shell::Shell;

/// Draws the cluster on standard output.
///
/// # Errors
/// Where the input cannot be read.
pub fn run(args: &SvgArgs, shell: &Shell, out: &mut impl Write) -> Result<Finding> {
    let analysis = input::analyse(&args.input.files, shell)?.analysis;
    let ports = args.port.asked().map_or(PortChoice::AsServed, PortChoice::One);
    let reach = Reach::of(&analysis, &analysis.matrix(), ports);
    let scene = Scene::of(&analysis, &Layout::of(&analysis), &reach, &SceneOptions::default());
    out.write_all(svg(&scene, args.theme.into()).as_bytes())?;
    Ok(Finding::Nothing)
}
