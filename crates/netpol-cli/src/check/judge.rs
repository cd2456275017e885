//! Whether one row is borne out, and if not, why not.

use std::fmt;

use netpol_engine::{Analysis, Endpoint, Evaluation, Flow, Port, Probe, Step, Target};
use netpol_syntax::closest;

use crate::ends::Ends;
use crate::report;

use super::rows::{Row, RowTarget};

/// Judges the rows of one case.
pub struct Judge<'a> {
    analysis: &'a Analysis,
    ends: Ends<'a>,
}

/// How a row is not borne out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It cannot be asked: an end is unknown, or a service cannot be asked so.
    Unanswerable(String),
    /// Another verdict than expected.
    Verdict {
        /// What was expected.
        want: Passes,
        /// What came out.
        got: Passes,
        /// What decided it.
        why: String,
    },
}

/// Whether connections between two ends pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// All of them.
    All,
    /// None.
    None,
    /// Some, where an end stands for several pods.
    Some,
}

impl fmt::Display for Passes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "allowed",
            Self::None => "blocked",
            Self::Some => "mixed",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswerable(reason) => f.write_str(reason),
            Self::Verdict { want, got, why } => write!(f, "want {want}, got {got}: {why}"),
        }
    }
}

/// One connection of a row: whether it passes, and what decided it.
struct Answer {
    passes: bool,
    why: Why,
}

/// What decided a connection; put into words only where they are wanted.
enum Why {
    Evaluation(Box<Evaluation>),
    /// No connection came of it: the service leads nowhere.
    NoConnection(&'static str),
}

impl<'a> Judge<'a> {
    pub fn new(analysis: &'a Analysis) -> Self {
        Self { analysis, ends: Ends::of(&analysis.cluster) }
    }

    /// How `row` is not borne out; `None` where it is.
    pub fn difference(&self, row: &Row) -> Option<Difference> {
        let answers = match self.answers(row) {
            Ok(answers) => answers,
            Err(reason) => return Some(Difference::Unanswerable(reason)),
        };
        let passing = answers.iter().filter(|answer| answer.passes).count();
        let got = match passing {
            0 => Passes::None,
            some if some == answers.len() => Passes::All,
            _ => Passes::Some,
        };
        let want = if row.allowed { Passes::All } else { Passes::None };
        if got == want {
            return None;
        }
        let culprit = answers.iter().find(|answer| answer.passes != row.allowed);
        let why = culprit.map_or_else(String::new, |answer| match &answer.why {
            Why::Evaluation(evaluation) => report::why(self.analysis, evaluation),
            Why::NoConnection(why) => (*why).to_owned(),
        });
        Some(Difference::Verdict { want, got, why })
    }

    /// The connections that `row` is about, at least one.
    fn answers(&self, row: &Row) -> Result<Vec<Answer>, String> {
        let from = self.ends.find(&row.from).map_err(|unknown| unknown.to_string())?;
        match &row.to {
            RowTarget::Direct(to) => {
                let to = self.ends.find(to).map_err(|unknown| unknown.to_string())?;
                Ok(self.direct(&from, &to, row.port))
            }
            RowTarget::Service(name) => {
                let answers: Result<Vec<_>, _> =
                    from.iter().map(|from| self.service(*from, name, row.port)).collect();
                Ok(answers?.into_iter().flatten().collect())
            }
        }
    }

    fn direct(&self, from: &[Endpoint], to: &[Endpoint], port: Port) -> Vec<Answer> {
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
        let answer = |(from, to)| {
            let evaluation = self.analysis.evaluate(Flow { from, to, port });
            Answer { passes: evaluation.verdict().is_allowed(), why: Why::Evaluation(Box::new(evaluation)) }
        };
        // A pod reaches itself whatever policies say, so that it would blur what holds between a workload's pods.
        let is_single = from.len() == 1 && to.len() == 1;
        pairs.filter(|(from, to)| is_single || from != to).map(answer).collect()
    }

    /// What becomes of a connection to a service, where its name need not be looked up.
    fn service(&self, from: Endpoint, name: &str, port: Port) -> Result<Vec<Answer>, String> {
        let cluster = &self.analysis.cluster;
        let (namespace, short) = name.split_once('/').unwrap_or(("default", name));
        let id = cluster
            .service(namespace, short)
            .ok_or_else(|| self.unknown_service(&format!("{namespace}/{short}")))?;
        let played = self.analysis.probe(&Probe { from, target: Target::Service(id, port) });
        let connections: Vec<Answer> = played
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Connection(connection) => Some(Answer {
                    passes: connection.evaluation.verdict().is_allowed(),
                    why: Why::Evaluation(Box::new(connection.evaluation.clone())),
                }),
                Step::Lookup(_) | Step::Translation(_) => None,
            })
            .collect();
        if !connections.is_empty() {
            return Ok(connections);
        }
        let why = played.steps.iter().find_map(|step| match step {
            Step::Translation(translation) => report::no_connection(&translation.result),
            Step::Lookup(_) | Step::Connection(_) => None,
        });
        Ok(vec![Answer { passes: false, why: Why::NoConnection(why.unwrap_or("no connection is made")) }])
    }

    fn unknown_service(&self, wrong: &str) -> String {
        let cluster = &self.analysis.cluster;
        let names = cluster.services.rows().iter();
        let names: Vec<String> = names
            .map(|service| format!("{}/{}", cluster.namespaces[service.namespace].name, service.name))
            .collect();
        match closest(wrong, names.iter().map(String::as_str)) {
            Some(nearest) => format!("no service is called `{wrong}`; did you mean `{nearest}`?"),
            None => format!("no service is called `{wrong}`"),
        }
    }
}
