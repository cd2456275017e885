//! Graphs for Graphviz: a cluster for each namespace, what lies outside beside them.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use netpol_view::{ArrowVerdict, Theme};

/// The ends of edges, by name.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    clusters: BTreeMap<String, BTreeMap<String, Node>>,
    outside: BTreeMap<String, Node>,
}

/// An end of edges; edges know it by its key.
#[derive(Clone, Debug)]
struct Node {
    label: String,
    /// What gives its border a colour of its own.
    verdict: Option<ArrowVerdict>,
}

/// A direction between two ends.
#[derive(Clone, Debug)]
pub struct Edge<'n> {
    /// The node it comes from.
    pub from: &'n str,
    /// The node it goes to.
    pub to: &'n str,
    /// What gives it its colour; a blocked one is dashed.
    pub verdict: ArrowVerdict,
    /// What stands at it, a line each.
    pub label: Vec<String>,
}

impl Graph {
    /// Adds `namespace/workload`, which may be there already.
    pub fn workload(&mut self, name: &str, verdict: Option<ArrowVerdict>) {
        let (namespace, label) = name.split_once('/').unwrap_or(("default", name));
        let cluster = self.clusters.entry(namespace.to_owned()).or_default();
        cluster.entry(name.to_owned()).or_insert_with(|| Node { label: label.to_owned(), verdict });
    }

    /// Adds something outside the cluster, which may be there already.
    pub fn outside(&mut self, name: &str, label: &str) {
        let node = Node { label: label.to_owned(), verdict: None };
        self.outside.entry(name.to_owned()).or_insert(node);
    }

    /// Writes it as a directed graph called `name`, with `edges` between its ends.
    ///
    /// # Errors
    /// Where `out` has one.
    pub fn write<'n>(
        &self,
        name: &str,
        edges: impl Iterator<Item = Edge<'n>>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        writeln!(out, "digraph {} {{", Quoted(name))?;
        writeln!(out, "  rankdir=LR;")?;
        writeln!(out, "  node [shape=box, style=rounded];")?;
        for (namespace, nodes) in &self.clusters {
            writeln!(out, "  subgraph {} {{", Quoted(&format!("cluster {namespace}")))?;
            writeln!(out, "    label={};", Quoted(namespace))?;
            for (name, node) in nodes {
                node.write("    ", name, out)?;
            }
            writeln!(out, "  }}")?;
        }
        for (name, node) in &self.outside {
            node.write("  ", name, out)?;
        }
        for edge in edges {
            let colour = Theme::Light.verdict_colour(edge.verdict);
            let style = if edge.verdict == ArrowVerdict::Blocked { ", style=dashed" } else { "" };
            let label = match edge.label.as_slice() {
                [] => String::new(),
                lines => format!(", label={}", Quoted(&lines.join("\n"))),
            };
            writeln!(
                out,
                "  {} -> {} [color=\"{colour}\", fontcolor=\"{colour}\"{style}{label}];",
                Quoted(edge.from),
                Quoted(edge.to)
            )?;
        }
        writeln!(out, "}}")
    }
}

impl Node {
    fn write(&self, indent: &str, name: &str, out: &mut impl Write) -> io::Result<()> {
        let colour = self.verdict.map_or_else(String::new, |verdict| {
            format!(", color=\"{}\"", Theme::Light.verdict_colour(verdict))
        });
        writeln!(out, "{indent}{} [label={}{colour}];", Quoted(name), Quoted(&self.label))
    }
}

/// An id or label in quotes; a line break is written as Graphviz writes it.
struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                _ => f.write_char(letter)?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_quoted_and_nodes_come_once() {
        let mut graph = Graph::default();
        graph.workload("shop/a\"b\\", None);
        graph.workload("shop/a\"b\\", None);
        graph.outside("internet", "internet");
        graph.outside("internet", "internet");
        let edge = Edge {
            from: "internet",
            to: "shop/a\"b\\",
            verdict: ArrowVerdict::Blocked,
            label: vec!["one".to_owned(), "two".to_owned()],
        };
        let mut out = Vec::new();
        graph.write("g", [edge].into_iter(), &mut out).unwrap();
        let colour = Theme::Light.verdict_colour(ArrowVerdict::Blocked);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                r#"digraph "g" {{
  rankdir=LR;
  node [shape=box, style=rounded];
  subgraph "cluster shop" {{
    label="shop";
    "shop/a\"b\\" [label="a\"b\\"];
  }}
  "internet" [label="internet"];
  "internet" -> "shop/a\"b\\" [color="{colour}", fontcolor="{colour}", style=dashed, label="one\ntwo"];
}}
"#
            )
        );
    }
}
