//! Arrows to lines: those that agree for everything in a namespace are drawn once, and the two directions
//! between two ends share a line. Where that leaves many lines, what most of those between two namespaces say is drawn
//! once, and what differs from it beside it; where it leaves more than can be read at all, they are drawn
//! as one that says how many of them pass. Nothing is lost: a bundle knows its members.

use std::cmp::Reverse;
use std::sync::Arc;

use netpol_syntax::order::{self, Map, Set};

use crate::{Arrow, ArrowVerdict, EndKey, Layout, Reach, SceneOptions};

/// One direction to be drawn: an arrow, or a bundle of arrows that agree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Direction<'r> {
    pub(crate) from: EndKey,
    pub(crate) to: EndKey,
    /// At least one.
    pub(crate) first: &'r Arrow,
    /// The arrows it stands for; just the one where it is no bundle.
    pub(crate) arrows: Vec<&'r Arrow>,
    /// Whether all of them agree; otherwise it is a summary.
    pub(crate) agrees: bool,
    /// How many others there are between its two namespaces, which say something else, those of what is selected aside: it is
    /// drawn for the rest.
    pub(crate) besides: usize,
}

impl Direction<'_> {
    /// What passes of it as a whole.
    pub(crate) fn verdict(&self) -> ArrowVerdict {
        if self.agrees { self.first.verdict } else { ArrowVerdict::Partial }
    }

    /// How many of its arrows pass as a whole.
    pub(crate) fn passing(&self) -> usize {
        self.arrows.iter().filter(|arrow| arrow.verdict == ArrowVerdict::Allowed).count()
    }
}

/// A line to be drawn: one direction, or two between the same ends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bundled<'r> {
    /// The one that holds the stroke: of two, the one of which more passes.
    pub(crate) main: Direction<'r>,
    pub(crate) back: Option<Direction<'r>>,
}

impl<'r> Bundled<'r> {
    /// Its directions, one or two.
    pub(crate) fn ways(&self) -> impl Iterator<Item = &Direction<'r>> {
        [Some(&self.main), self.back.as_ref()].into_iter().flatten()
    }
}

/// With more lines than this, what they have in common is what one looks for.
const CLEAR: usize = 20;

/// With more lines than this, no one follows any of them.
pub(crate) const READABLE: usize = 40;

/// Puts the arrows between the workloads of `layout` and what lies outside together into lines.
pub(crate) fn bundle<'r>(layout: &Layout, reach: &'r Reach, options: &SceneOptions) -> Vec<Bundled<'r>> {
    let shown = layout.nodes.iter().map(|node| &node.key).chain(reach.outside.iter().map(|end| &end.key));
    let shown: Set<&EndKey> = shown.collect();
    let mut homes = Homes { shown, options, known: Map::new(), places: Map::new(), all: Vec::new() };
    let mut areas: Vec<Area<'r>> = Vec::new();
    let mut known: Map<(usize, usize), usize> = Map::new();
    for arrow in &reach.arrows {
        let (Some(from), Some(to)) = (homes.of(&arrow.from), homes.of(&arrow.to)) else { continue };
        let ends = (from, to);
        let at = *known.or_insert_with(ends, || {
            areas.push(Area { ends, arrows: Vec::new() });
            areas.len() - 1
        });
        if let Some(area) = areas.get_mut(at) {
            area.arrows.push(arrow);
        }
    }
    let mut bundled: Vec<Vec<Direction<'r>>> = areas.iter().map(|area| area.directions(&homes)).collect();
    let shared = areas.iter().zip(&bundled).map(|(area, directions)| {
        // Where the way back is drawn one by one, a few arrows share its lines rather than add one of their own.
        let back = known.get(&(area.ends.1, area.ends.0)).and_then(|at| bundled.get(*at));
        let shares = back.is_some_and(|back| {
            area.ends.0 != area.ends.1
                && back.iter().all(|direction| direction.arrows.len() == 1)
                && area.arrows.len() <= back.len()
        });
        if shares { area.arrows.iter().map(|arrow| single(arrow)).collect() } else { directions.clone() }
    });
    bundled = shared.collect();
    let count = |bundled: &[Vec<Direction<'_>>]| pair(bundled.iter().flatten().cloned().collect()).len();
    if count(&bundled) > CLEAR {
        let many = areas.iter().zip(&mut bundled).filter(|(_, directions)| directions.len() > 1);
        for (area, directions) in many {
            let reduced = area.exceptions(&homes);
            if reduced.len() < directions.len() {
                *directions = reduced;
            }
        }
    }
    let mut excess = count(&bundled).saturating_sub(READABLE);
    // The fullest first. A line has two directions at most, so that no more are summed up than must be.
    let mut fullest: Vec<usize> = (0..areas.len()).collect();
    order::sort_by_key(&mut fullest, |at| Reverse(bundled.get(*at).map_or(0, Vec::len)));
    for at in fullest {
        let (Some(area), Some(directions)) = (areas.get(at), bundled.get_mut(at)) else { continue };
        let before = directions.len();
        if before < 2 || excess == 0 {
            break;
        }
        *directions = area.summary(&homes);
        excess = excess.saturating_sub((before - directions.len().min(before)).div_ceil(2));
    }
    pair(bundled.into_iter().flatten().collect())
}

/// Where ends are bundled: in their namespace, or just as themselves for what is outside or opened.
struct Homes<'r> {
    /// The ends that are drawn at all.
    shown: Set<&'r EndKey>,
    options: &'r SceneOptions,
    /// By end, and by the home's own key: its number.
    known: Map<&'r EndKey, Option<usize>>,
    places: Map<EndKey, usize>,
    all: Vec<EndKey>,
}

impl<'r> Homes<'r> {
    /// The number of the home of `end`; `None` where it is not drawn.
    fn of(&mut self, end: &'r EndKey) -> Option<usize> {
        if let Some(known) = self.known.get(end) {
            return *known;
        }
        let number = self.shown.contains(&end).then(|| {
            let key = self.key_of(end);
            *self.places.or_insert_with_key(key, |key| {
                self.all.push(key.clone());
                self.all.len() - 1
            })
        });
        self.known.insert(end, number);
        number
    }

    fn key_of(&self, end: &EndKey) -> EndKey {
        let EndKey::Workload(name) = end else { return end.clone() };
        let namespace = EndKey::Namespace(name.split_once('/').map_or("", |(namespace, _)| namespace).into());
        if self.options.opened.contains(&namespace) { end.clone() } else { namespace }
    }

    fn key(&self, number: usize) -> EndKey {
        self.all.get(number).cloned().unwrap_or_else(|| EndKey::Namespace(Arc::from("")))
    }
}

/// All arrows from one home to another.
struct Area<'r> {
    /// The numbers of the two homes.
    ends: (usize, usize),
    arrows: Vec<&'r Arrow>,
}

impl<'r> Area<'r> {
    /// The fewest directions that say the same: one for all, or else one for each source or destination of
    /// which all arrows agree, and the others as they are.
    fn directions(&self, homes: &Homes<'_>) -> Vec<Direction<'r>> {
        let (from, to) = (homes.key(self.ends.0), homes.key(self.ends.1));
        let within = from == to;
        // Two nodes in one box are clearer side by side; a box that agrees with itself says so once.
        if within && self.arrows.len() <= 2 {
            return self.arrows.iter().map(|arrow| single(arrow)).collect();
        }
        if let Some(all) = agreed(&self.arrows, &from, &to) {
            return vec![all];
        }
        if within {
            return self.arrows.iter().map(|arrow| single(arrow)).collect();
        }
        fewest([true, false].map(|by_source| grouped(&self.arrows, by_source, (&from, &to))))
    }

    /// What most of the arrows say drawn once, and the others as they are; those of the end that is selected, too.
    fn exceptions(&self, homes: &Homes<'_>) -> Vec<Direction<'r>> {
        let (from, to) = (homes.key(self.ends.0), homes.key(self.ends.1));
        let (mut directions, others) = self.but_for_selected(homes);
        directions.extend(match agreed(&others, &from, &to) {
            Some(all) => vec![all],
            None if from == to => rest(others.into_iter().map(single).collect(), (&from, &to)),
            None => fewest(
                [true, false].map(|by_source| rest(grouped(&others, by_source, (&from, &to)), (&from, &to))),
            ),
        });
        directions
    }

    /// The arrows of the end that is selected, one by one, and all others.
    fn but_for_selected(&self, homes: &Homes<'_>) -> (Vec<Direction<'r>>, Vec<&'r Arrow>) {
        let selected = homes.options.selected.as_ref();
        let is_selected = |arrow: &&Arrow| selected.is_some_and(|end| arrow.from == *end || arrow.to == *end);
        let (own, others): (Vec<_>, Vec<_>) = self.arrows.iter().copied().partition(is_selected);
        (own.into_iter().map(single).collect(), others)
    }

    /// One direction for all, but for those of the end that is selected.
    fn summary(&self, homes: &Homes<'_>) -> Vec<Direction<'r>> {
        let (mut directions, others) = self.but_for_selected(homes);
        let (from, to) = (homes.key(self.ends.0), homes.key(self.ends.1));
        if let Some(all) = agreed(&others, &from, &to) {
            directions.push(all);
        } else if let [first, _, ..] = others.as_slice() {
            directions.push(Direction { from, to, first, arrows: others.clone(), agrees: false, besides: 0 });
        } else {
            directions.extend(others.into_iter().map(single));
        }
        directions
    }
}

/// One direction for all of `arrows`, if there are several and they agree.
fn agreed<'r>(arrows: &[&'r Arrow], from: &EndKey, to: &EndKey) -> Option<Direction<'r>> {
    let (first, rest) = arrows.split_first()?;
    if rest.is_empty() || !rest.iter().all(|arrow| agree(first, arrow)) {
        return None;
    }
    // A namespace of which only one workload takes part stands for no more than that.
    let lone = |end: fn(&Arrow) -> &EndKey, all: &EndKey| {
        let same = rest.iter().all(|arrow| end(arrow) == end(first));
        if same { end(first).clone() } else { all.clone() }
    };
    let (from, to) = (lone(|arrow| &arrow.from, from), lone(|arrow| &arrow.to, to));
    Some(Direction { from, to, first, arrows: arrows.to_vec(), agrees: true, besides: 0 })
}

/// Whether two arrows say the same. What is asked of each destination may differ where all of it or nothing
/// passes; what passes in part must be the same.
fn agree(one: &Arrow, other: &Arrow) -> bool {
    one.verdict == other.verdict
        && one.dns == other.dns
        && (one.verdict != ArrowVerdict::Partial || one.passes == other.passes)
}

fn single(arrow: &Arrow) -> Direction<'_> {
    Direction {
        from: arrow.from.clone(),
        to: arrow.to.clone(),
        first: arrow,
        arrows: vec![arrow],
        agrees: true,
        besides: 0,
    }
}

/// Bundles those that share their source, or else their destination, where all of them agree.
fn grouped<'r>(arrows: &[&'r Arrow], by_source: bool, (from, to): (&EndKey, &EndKey)) -> Vec<Direction<'r>> {
    let shared = |arrow: &'r Arrow| if by_source { &arrow.from } else { &arrow.to };
    let groups = order::groups(arrows.iter().map(|arrow| (shared(arrow), *arrow)));
    let directions = groups.into_iter().flat_map(|(end, group)| {
        let (from, to) = if by_source { (end, to) } else { (from, end) };
        match agreed(&group, from, to) {
            Some(all) => vec![all],
            None => group.into_iter().map(single).collect(),
        }
    });
    directions.collect()
}

/// Of two ways to draw the same, the one with fewer directions, or else the first.
fn fewest<'r>([one, other]: [Vec<Direction<'r>>; 2]) -> Vec<Direction<'r>> {
    if other.len() < one.len() { other } else { one }
}

/// One direction for what most of `directions` say, all of it passing or none, and the others as they are; all as they are where
/// no more than half say the same.
fn rest<'r>(directions: Vec<Direction<'r>>, (from, to): (&EndKey, &EndKey)) -> Vec<Direction<'r>> {
    let mut kinds: Vec<(&'r Arrow, usize)> = Vec::new();
    for Direction { first, arrows, .. } in &directions {
        match kinds.iter_mut().find(|(kind, _)| agree(kind, first)) {
            Some((_, count)) => *count += arrows.len(),
            None if first.verdict == ArrowVerdict::Partial => {}
            None => kinds.push((first, arrows.len())),
        }
    }
    let all: usize = directions.iter().map(|direction| direction.arrows.len()).sum();
    let Some((most, _)) = kinds.into_iter().find(|(_, count)| 2 * count > all) else { return directions };
    let (same, mut others): (Vec<_>, Vec<_>) = directions.into_iter().partition(|it| agree(most, it.first));
    let besides = others.iter().map(|direction| direction.arrows.len()).sum();
    let arrows = same.into_iter().flat_map(|direction| direction.arrows).collect();
    others.push(Direction { from: from.clone(), to: to.clone(), first: most, arrows, agrees: true, besides });
    others
}

/// Puts the two directions between the same ends on one line.
fn pair(directions: Vec<Direction<'_>>) -> Vec<Bundled<'_>> {
    let mut lines: Vec<Bundled<'_>> = Vec::new();
    let mut known: Map<(EndKey, EndKey), usize> = Map::new();
    for direction in directions {
        let reverse = (direction.to.clone(), direction.from.clone());
        let partner = known.get(&reverse).and_then(|at| lines.get_mut(*at));
        match partner.filter(|line| line.back.is_none()) {
            Some(line) if direction.from != direction.to => {
                // What passes more holds the stroke.
                if direction.verdict() < line.main.verdict() {
                    line.back = Some(std::mem::replace(&mut line.main, direction));
                } else {
                    line.back = Some(direction);
                }
            }
            _ => {
                known.insert((direction.from.clone(), direction.to.clone()), lines.len());
                lines.push(Bundled { main: direction, back: None });
            }
        }
    }
    lines
}
