//! Running other programs, and saying so.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Tells what is being done, apart from the output of the programs that do it.
pub(crate) fn say(message: &str) {
    eprintln!("xtask: {message}");
}

/// A program to run, with its arguments; it can be shown as one would type it.
pub(crate) struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    without_env: Vec<OsString>,
    dir: Option<PathBuf>,
}

impl Cmd {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().into(),
            args: Vec::new(),
            env: Vec::new(),
            without_env: Vec::new(),
            dir: None,
        }
    }

    /// The same cargo that runs this.
    pub(crate) fn cargo(command: &str) -> Self {
        Self::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).arg(command)
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().into());
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().into()));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.into(), value.as_ref().into()));
        self
    }

    /// Hides a variable of this process's environment from it.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.without_env.push(name.into());
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.into());
        self
    }

    /// Runs it with this process's output; fails where it does.
    pub(crate) fn run(self) -> Result<()> {
        let status = self.command().status().with_context(|| format!("cannot run `{self}`"))?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Runs it and gives its standard output.
    pub(crate) fn read(self) -> Result<String> {
        let mut command = self.command();
        let output =
            command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot run `{self}`"))?;
        if !output.status.success() {
            bail!("`{self}` failed ({})", output.status);
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Its first line of output, where it runs and succeeds: for asking a tool for its version.
    pub(crate) fn probe(self) -> Option<String> {
        let output = self.command().stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
        if !output.status.success() {
            return None;
        }
        Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().trim().to_owned())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        for name in &self.without_env {
            command.env_remove(name);
        }
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            // A `PATH` spelt out would bury the command.
            if name != "PATH" {
                write!(f, "{}={} ", name.to_string_lossy(), value.to_string_lossy())?;
            }
        }
        let program = Path::new(&self.program);
        let is_cargo = program.file_stem().is_some_and(|stem| stem == "cargo");
        write!(f, "{}", if is_cargo { "cargo".into() } else { self.program.to_string_lossy() })?;
        for arg in &self.args {
            let arg = arg.to_string_lossy();
            if arg.contains([' ', '"', '\'', '*']) { write!(f, " '{arg}'")? } else { write!(f, " {arg}")? }
        }
        Ok(())
    }
}

/// Where `PATH` has this program.
pub(crate) fn find_in_path(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&file)).find(|path| path.is_file())
}

/// `PATH` with this directory in front.
pub(crate) fn path_with(dir: &Path) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(dir.to_owned()).chain(env::split_paths(&rest));
    env::join_paths(dirs).context("a directory in `PATH` cannot be passed on")
}

/// The name by which npm's programs go here: on Windows they are scripts.
pub(crate) fn npm_script(name: &str) -> String {
    if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() }
}
