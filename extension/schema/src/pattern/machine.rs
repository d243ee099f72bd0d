//! The state machine of an expression, and its simulation.
use super::Exhausted;
use super::charset::{Alphabet, CharSet};
use super::parse::Ast;

/// How many states a machine may have.
const STATES_MAX: usize = 20_000;

/// A state's number.
pub(super) type State = usize;

/// A machine: it starts in its last state.
#[derive(Debug)]
pub(super) struct Machine {
    steps: Vec<Step>,
    /// For each set, which classes it holds.
    sets: Vec<Box<[bool]>>,
    start: State,
    has_boundary: bool,
}

/// What a state does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Takes a character of a set.
    Take { set: usize, next: State },
    /// Goes two ways.
    Fork(State, State),
    /// Goes on only at the text's start.
    Start(State),
    /// Goes on only at its end.
    End(State),
    /// Goes on only between a word character and something else, or only not there.
    Boundary { wanted: bool, next: State },
    /// The expression matches.
    Match,
}

/// Where in the text a step is made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    pub(super) start: bool,
    pub(super) end: bool,
    pub(super) boundary: bool,
}

/// States that are reached together.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// Those that take a character, wait for the end, or match; in the order they were reached.
    pub(super) states: Vec<State>,
    seen: Vec<u32>,
    round: u32,
    open: Vec<State>,
}

impl Machine {
    pub(super) fn new(ast: &Ast, sets: &[CharSet], alphabet: &Alphabet) -> Result<Self, String> {
        let mut builder = Builder { steps: vec![Step::Match], sets };
        let start = builder.add(ast, 0)?;
        let has_boundary = builder.steps.iter().any(|step| matches!(step, Step::Boundary { .. }));
        let sets = sets.iter().map(|set| alphabet.classes_of(set)).collect();
        Ok(Self { steps: builder.steps, sets, start, has_boundary })
    }

    pub(super) fn start(&self) -> State {
        self.start
    }

    pub(super) fn has_boundary(&self) -> bool {
        self.has_boundary
    }

    /// A set of states with nothing in it.
    pub(super) fn nothing(&self) -> Reached {
        Reached { seen: vec![0; self.steps.len()], round: 1, ..Reached::default() }
    }

    /// Adds everything that is reached from `from` without taking a character.
    pub(super) fn reach(&self, from: State, around: Around, reached: &mut Reached) {
        reached.open.push(from);
        while let Some(state) = reached.open.pop() {
            match reached.seen.get_mut(state) {
                Some(seen) if *seen != reached.round => *seen = reached.round,
                _ => continue,
            }
            match self.steps.get(state) {
                Some(Step::Fork(a, b)) => reached.open.extend([*a, *b]),
                Some(Step::Start(next)) if around.start => reached.open.push(*next),
                Some(Step::Boundary { wanted, next }) if *wanted == around.boundary => {
                    reached.open.push(*next);
                }
                Some(Step::End(next)) => {
                    reached.states.push(state);
                    if around.end {
                        reached.open.push(*next);
                    }
                }
                Some(Step::Take { .. } | Step::Match) => reached.states.push(state),
                _ => {}
            }
        }
    }

    /// The state that follows `state` when a character of `class` is taken.
    #[inline]
    pub(super) fn take(&self, state: State, class: u16) -> Option<State> {
        match self.steps.get(state)? {
            Step::Take { set, next } => {
                let holds = self.sets.get(*set)?.get(usize::from(class))?;
                holds.then_some(*next)
            }
            _ => None,
        }
    }

    pub(super) fn is_match_state(&self, state: State) -> bool {
        matches!(self.steps.get(state), Some(Step::Match))
    }

    /// Whether it matches somewhere in `text`; each state and character is a step.
    pub(super) fn is_match(
        &self,
        text: &str,
        alphabet: &Alphabet,
        steps_left: &mut u64,
    ) -> Result<bool, Exhausted> {
        let (mut now, mut then) = (self.nothing(), self.nothing());
        let mut characters = text.chars().peekable();
        let mut before: Option<char> = None;
        loop {
            let next = characters.next();
            let boundary = before.is_some_and(is_word) != next.is_some_and(is_word);
            let around = Around { start: before.is_none(), end: next.is_none(), boundary };
            // Those reached by the last character, then a new attempt from here.
            let pending = std::mem::take(&mut then.states);
            now.clear();
            for state in pending {
                self.reach(state, around, &mut now);
            }
            self.reach(self.start, around, &mut now);
            if now.states.iter().any(|state| self.is_match_state(*state)) {
                return Ok(true);
            }
            let steps = 1 + u64::try_from(now.states.len()).unwrap_or(u64::MAX);
            *steps_left = steps_left.checked_sub(steps).ok_or(Exhausted)?;
            let Some(character) = next else { return Ok(false) };
            let class = alphabet.class(character);
            then.states.extend(now.states.iter().filter_map(|state| self.take(*state, class)));
            before = Some(character);
        }
    }
}

impl Reached {
    /// Empties it, in no time.
    pub(super) fn clear(&mut self) {
        self.states.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.fill(0);
            self.round = 1;
        }
    }
}

struct Builder<'s> {
    steps: Vec<Step>,
    sets: &'s [CharSet],
}

impl Builder<'_> {
    /// Adds what `ast` needs, before `next`; gives where it begins.
    fn add(&mut self, ast: &Ast, next: State) -> Result<State, String> {
        match ast {
            Ast::Set(set) => {
                let set = self.sets.binary_search(set).unwrap_or(usize::MAX);
                self.push(Step::Take { set, next })
            }
            Ast::Sequence(sequence) => {
                sequence.iter().rev().try_fold(next, |next, ast| self.add(ast, next))
            }
            Ast::Choice(options) => {
                let mut start = None;
                for option in options.iter().rev() {
                    let option = self.add(option, next)?;
                    start = Some(match start {
                        None => option,
                        Some(other) => self.push(Step::Fork(option, other))?,
                    });
                }
                Ok(start.unwrap_or(next))
            }
            Ast::Repeat { inner, min, max } => self.repeat(inner, *min, *max, next),
            Ast::Start => self.push(Step::Start(next)),
            Ast::End => self.push(Step::End(next)),
            Ast::Boundary { wanted } => self.push(Step::Boundary { wanted: *wanted, next }),
            // Taken apart before; see `conjuncts`.
            Ast::Look { .. } => Err("a lookahead in a place that is not supported".to_owned()),
        }
    }

    fn repeat(
        &mut self,
        inner: &Ast,
        min: u32,
        max: Option<u32>,
        next: State,
    ) -> Result<State, String> {
        let mut start = match max {
            None => {
                let again = self.push(Step::Fork(next, next))?;
                let body = self.add(inner, again)?;
                if let Some(step) = self.steps.get_mut(again) {
                    *step = Step::Fork(body, next);
                }
                again
            }
            Some(max) => (min..max).try_fold(next, |start, _| {
                let body = self.add(inner, start)?;
                self.push(Step::Fork(body, next))
            })?,
        };
        for _ in 0..min {
            let begun = self.add(inner, start)?;
            // What takes nothing needs no second copy.
            if begun == start {
                break;
            }
            start = begun;
        }
        Ok(start)
    }

    fn push(&mut self, step: Step) -> Result<State, String> {
        if self.steps.len() >= STATES_MAX {
            return Err("a regular expression that needs too many states".to_owned());
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
