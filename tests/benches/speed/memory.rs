//! How much memory the largest input takes: each in a process of its own, which says what it took at most.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use netpol_engine::{Analysis, Session};
use netpol_syntax::{Limits, SourceFile};
use netpol_tests::generate::{Form, Size, generate};

/// By this argument a process knows that it is to be measured.
pub const CHILD: &str = "peak-of";

/// What is done with the text.
type Work = fn(&[SourceFile]);

/// What the work is called, and the work.
const WORK: [(&str, Work); 3] = [
    ("text", |_| {}),
    ("analysis-and-matrix", |files| {
        let analysis = Analysis::read(files, &Limits::COMMAND);
        let _matrix = std::hint::black_box(analysis.matrix());
    }),
    ("session", |files| {
        let mut session = Session::new(&Limits::COMMAND);
        session.update(files);
        std::hint::black_box(session.matrix());
        let edited =
            files.iter().map(|file| SourceFile::new(file.name.as_ref(), format!("# edited\n{}", file.text)));
        session.update(&edited.collect::<Vec<_>>());
        std::hint::black_box(session.matrix());
    }),
];

/// Prints what each takes.
pub fn memory() {
    for form in [Form::Deployments, Form::Pods] {
        println!("\n10000 pods as {form:?}, 1000 policies, peak memory:");
        let text = generate(1, Size { pods: 10_000, policies: 1_000, form }).text();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory.yaml");
        if let Err(error) = std::fs::write(&path, text).and_then(|()| measure(&path)) {
            println!("  cannot be measured: {error}");
        }
    }
}

fn measure(path: &Path) -> io::Result<()> {
    for (name, _) in WORK {
        let output = Command::new(std::env::current_exe()?).args([CHILD, name]).arg(path).output()?;
        println!("  {name:<36} {}", String::from_utf8_lossy(&output.stdout).trim());
    }
    Ok(())
}

/// Does the work of that name with a file, and prints the most memory that this process had.
pub fn peak_of(name: &str, path: PathBuf) {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let files = [SourceFile::new("cluster.yaml", text)];
            WORK.iter().filter(|(work, _)| *work == name).for_each(|(_, work)| work(&files));
            println!("{}", peak().unwrap_or_else(|| "unknown: only Linux tells".to_owned()));
        }
        Err(error) => println!("{error}"),
    }
}

/// The most memory that this process had at once, as Linux counts it (`proc_pid_status(5)`, `VmHWM`).
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(format!("{} MiB", kib / 1024))
}
