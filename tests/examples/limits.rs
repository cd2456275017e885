//! How long and how much memory it takes to analyse as much of one thing as the page's limits let in, and how long to lint
//! it.
//!
//! `cargo run --release -p netpol-tests --example limits [NAME…]`, where a name may be a part of one. Each runs in a
//! process of its own, so that memory is its own; what takes over 20 s is ended.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use netpol_engine::Analysis;
use netpol_syntax::{Limits, SourceFile, Sources};
use netpol_tests::crowded::crowded;

/// Tells the process that it is to analyse one text, and which.
const ONE: &str = "NETPOL_LIMITS_ONE";

fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(name) = env::var(ONE) {
        return one(&name);
    }
    let wanted: Vec<String> = env::args().skip(1).collect();
    println!("{:>9} {:>9} {:>9} {:>9}  of as much as fits", "read ms", "matrix ms", "MiB", "lint ms");
    for (name, _) in crowded() {
        if wanted.is_empty() || wanted.iter().any(|part| name.contains(part)) {
            run(name)?;
        }
    }
    Ok(())
}

fn run(name: &str) -> Result<(), Box<dyn Error>> {
    let mut child = Command::new(env::current_exe()?).env(ONE, name).stderr(Stdio::null()).spawn()?;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                println!("{:>39}  {name}", "ended by itself");
            }
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    println!("{:>39}  {name}", "over 20 s");
    Ok(())
}

fn one(name: &str) -> Result<(), Box<dyn Error>> {
    let (_, text) = crowded().into_iter().find(|(known, _)| *known == name).ok_or("no such text")?;
    let files = [SourceFile::new("input.yaml", text)];
    let begun = Instant::now();
    let analysis = Analysis::read(&files, &Limits::PAGE);
    let read = begun.elapsed().as_millis();
    let begun = Instant::now();
    std::hint::black_box(analysis.matrix());
    let (matrix, peak) = (begun.elapsed().as_millis(), peak());
    let begun = Instant::now();
    std::hint::black_box(analysis.lint(&Sources::new(&files, &Limits::PAGE)));
    println!("{read:>9} {matrix:>9} {peak:>9} {:>9}  {name}", begun.elapsed().as_millis());
    Ok(())
}

/// The most memory that this process had, in MiB, where Linux tells.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}
