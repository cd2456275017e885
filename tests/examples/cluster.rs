//! Prints a generated cluster: `cargo run -p netpol-tests --example cluster -- PODS POLICIES`, its objects first and
//! its policies after a line of `# policies`.

use std::env;
use std::error::Error;

use netpol_tests::generate::{Form, Size, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<usize> = env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let &[pods, policies] = numbers.as_slice() else { return Err("want PODS and POLICIES".into()) };
    let generated = generate(1, Size { pods, policies, form: Form::Deployments });
    println!("{}# policies\n{}", generated.without_policies(), generated.policies.join("---\n"));
    Ok(())
}
