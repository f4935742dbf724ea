//! The values of names and simple expressions, found without running anything.

use std::rc::Rc;

use flit_sdk::Location;
use ruff_python_ast::{Expr, ExprAttribute, ExprName, ExprSubscript, Number, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::bindings::{Bound, assigned_value};
use crate::docstring::docstring;
use crate::error::Item;
use crate::format::{as_text, percent_format};
use crate::modules::{Found, absolute_name, find};
use crate::source::{Source, Sources, Stop, Undecided};
use crate::stars::star_that_may_bind;

/// How often a name may be passed on, from module to module.
const MAX_TRAIL: usize = 32;
/// How many names may be looked up for one value: `a = f"{b}{b}"`, over and over, doubles them with every line.
const MAX_LOOKUPS: usize = 1_000;
/// How deeply an expression may be nested that we look into.
const MAX_DEPTH: usize = 50;
/// How long a text may become.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 16;
/// How many elements of a sequence we look at.
const MAX_ELEMENTS: usize = 4096;

/// A value of Python.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Sequence(Vec<Self>),
    /// A module or package, by its dotted name.
    Module(String),
    /// Something else: what, with its article.
    Other(&'static str),
}

impl Value {
    /// What kind of value it is, with an article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::Sequence(_) => "a tuple",
            Self::Module(_) => "a module",
            Self::Other(kind) => kind,
        }
    }
}

/// Looks up names in the files of the module.
pub(crate) struct Evaluator<'a> {
    sources: &'a Sources<'a>,
    /// The files and names that are being looked up, outermost first.
    trail: Vec<(String, String)>,
    /// How many expressions are being evaluated, each inside the one before.
    depth: usize,
    /// How many names were looked up so far.
    lookups: usize,
    /// Where the last value was written down.
    place: Option<(Rc<Source>, TextRange)>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(sources: &'a Sources<'a>) -> Self {
        Self { sources, trail: Vec::new(), depth: 0, lookups: 0, place: None }
    }

    /// Where the value that was found last stands.
    pub(crate) fn location(&self) -> Option<Location> {
        self.place.as_ref().map(|(source, range)| source.location(range))
    }

    /// The value of a name once the module is loaded, or at an earlier point; `None` if nothing binds it.
    pub(crate) fn lookup(
        &mut self,
        source: &Rc<Source>,
        name: &str,
        before: Option<TextSize>,
    ) -> Result<Option<Value>, Stop> {
        let found = source.bindings()?.of(name);
        if let Some(binding) = found.iter().find(|it| matches!(it.what, Bound::Uncertain(_)))
            && let Bound::Uncertain(reason) = binding.what
        {
            return Err(source.undecided(&binding.range, reason).into());
        }
        let is_earlier = |at: TextSize| before.is_none_or(|before| at <= before);
        let last = found.iter().rfind(|binding| is_earlier(binding.in_effect));
        // A star takes no names with an underscore along, unless `__all__` says so; nobody lists `__doc__` there.
        let may_be_in_star = match last {
            None => name != Item::Docstring.name(),
            Some(_) => !name.starts_with('_'),
        };
        if may_be_in_star && let Some(star) = star_that_may_bind(self.sources, source, name)? {
            return Err(source.undecided(&star, "it may come from `import *`").into());
        }
        let Some(binding) = last else { return Ok(None) };
        let entry = (source.path.clone(), name.to_owned());
        if self.trail.contains(&entry) && before.is_none() {
            return Err(source.undecided(&binding.range, "it leads back to itself").into());
        }
        self.lookups += 1;
        if self.trail.len() == MAX_TRAIL || self.lookups > MAX_LOOKUPS {
            let reason = "it is passed on through too many names";
            return Err(source.undecided(&binding.range, reason).into());
        }
        self.trail.push(entry);
        let value = self.bound_value(source, &binding.what, binding.range);
        self.trail.pop();
        value.map(Some)
    }

    fn bound_value(
        &mut self,
        source: &Rc<Source>,
        bound: &Bound,
        range: TextRange,
    ) -> Result<Value, Stop> {
        match bound {
            Bound::Value(statement) => match assigned_value(&source.statements()?[*statement]) {
                Some(list @ Expr::List(_)) => {
                    Err(source.undecided(list, "it is a list, which may change").into())
                }
                Some(value) => self.evaluate(source, value),
                None => Err(source.undecided(&range, "it has no value").into()),
            },
            Bound::Member { level, module, member } => {
                let dotted = absolute_name(self.sources, &source.path, *level, module);
                let dotted =
                    dotted.ok_or_else(|| outside(source, &range, &".".repeat(*level as usize)))?;
                self.member(source, &range, &dotted, member)
            }
            Bound::Module(dotted) => {
                let first = self.sources.layout.module.name.split('.').next();
                if dotted.split('.').next() == first {
                    Ok(Value::Module(dotted.clone()))
                } else {
                    Err(outside(source, &range, dotted).into())
                }
            }
            Bound::Uncertain(reason) => Err(source.undecided(&range, *reason).into()),
        }
    }

    /// What `member` is in the module `dotted`, asked for by `node`: a name that it binds, or a module inside it.
    fn member(
        &mut self,
        source: &Rc<Source>,
        node: &impl Ranged,
        dotted: &str,
        member: &str,
    ) -> Result<Value, Stop> {
        let inner = format!("{dotted}.{member}");
        let missing = |text: String| Err(source.undecided(node, text).into());
        match find(self.sources, dotted) {
            Found::Outside => return Err(outside(source, node, dotted).into()),
            Found::Nothing => {
                return missing(format!("`{dotted}` is not among the module's files"));
            }
            // A package that asks itself while it is being loaded gets its submodules.
            Found::File(path) if path == source.path && self.is_module(&inner) => {}
            Found::File(path) => {
                let target = self.sources.get(&path)?;
                if let Some(value) = self.lookup(&target, member, None)? {
                    return Ok(value);
                }
                if member == Item::Docstring.name()
                    && let Some(string) = docstring(target.statements()?)
                {
                    self.place = Some((Rc::clone(&target), string.range()));
                    return Ok(Value::Text(string.value.to_str().into()));
                }
            }
            Found::Namespace => {}
        }
        if self.is_module(&inner) {
            Ok(Value::Module(inner))
        } else {
            missing(format!("`{dotted}` does not visibly define `{member}`"))
        }
    }

    fn is_module(&self, dotted: &str) -> bool {
        matches!(find(self.sources, dotted), Found::File(_) | Found::Namespace)
    }

    /// The value of an expression.
    pub(crate) fn evaluate(&mut self, source: &Rc<Source>, expr: &Expr) -> Result<Value, Stop> {
        if self.depth == MAX_DEPTH {
            return Err(source.undecided(expr, "it is too involved").into());
        }
        self.depth += 1;
        let value = self.evaluate_kind(source, expr);
        self.depth -= 1;
        if let Ok(Value::Text(text)) = &value
            && text.len() > MAX_TEXT_BYTES
        {
            return Err(source.undecided(expr, "it is very long").into());
        }
        // A name stands for the place where its value is written.
        if !matches!(expr, Expr::Name(_) | Expr::Attribute(_)) {
            self.place = Some((Rc::clone(source), expr.range()));
        }
        value
    }

    fn evaluate_kind(&mut self, source: &Rc<Source>, expr: &Expr) -> Result<Value, Stop> {
        let undecided = |reason: &str| Err(source.undecided(expr, reason).into());
        match expr {
            Expr::StringLiteral(string) => Ok(Value::Text(string.value.to_str().into())),
            Expr::BytesLiteral(_) => Ok(Value::Other("bytes")),
            Expr::BooleanLiteral(_) => Ok(Value::Other("a boolean")),
            Expr::NoneLiteral(_) => Ok(Value::Other("`None`")),
            Expr::EllipsisLiteral(_) => Ok(Value::Other("`...`")),
            Expr::NumberLiteral(number) => Ok(match &number.value {
                Number::Int(int) => int.as_i64().map_or(Value::Other("a number"), Value::Number),
                Number::Float(_) | Number::Complex { .. } => Value::Other("a number"),
            }),
            Expr::Tuple(tuple) => self.sequence(source, &tuple.elts),
            Expr::List(list) => self.sequence(source, &list.elts),
            Expr::Name(name) => self.name(source, name),
            Expr::Attribute(attribute) => self.attribute(source, attribute),
            Expr::Subscript(subscript) => self.subscript(source, subscript),
            Expr::FString(string) => self.f_string(source, string),
            Expr::Call(call) => self.call(source, call),
            Expr::BinOp(operation) => {
                let left = self.evaluate(source, &operation.left)?;
                let right = self.evaluate(source, &operation.right)?;
                match binary(&left, operation.op, &right) {
                    Some(value) => Ok(value),
                    None => undecided("it takes arithmetic"),
                }
            }
            Expr::UnaryOp(operation) if operation.op == UnaryOp::USub => {
                let Value::Number(number) = self.evaluate(source, &operation.operand)? else {
                    return undecided("it takes arithmetic");
                };
                Ok(Value::Number(number.saturating_neg()))
            }
            Expr::If(_) | Expr::BoolOp(_) | Expr::Compare(_) => {
                undecided("it depends on a condition")
            }
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::Lambda(_) => {
                undecided("it takes running a function")
            }
            _ => undecided("it is no simple expression"),
        }
    }

    /// The values of elements, none of which is starred.
    pub(crate) fn sequence(
        &mut self,
        source: &Rc<Source>,
        elements: &[Expr],
    ) -> Result<Value, Stop> {
        if elements.len() > MAX_ELEMENTS {
            return Err(source.undecided(&elements[0], "it is very long").into());
        }
        let values = elements.iter().map(|element| self.evaluate(source, element));
        values.collect::<Result<_, _>>().map(Value::Sequence)
    }

    fn name(&mut self, source: &Rc<Source>, name: &ExprName) -> Result<Value, Stop> {
        // What stands behind the use has not happened yet.
        self.lookup(source, &name.id, Some(name.range.start()))?.ok_or_else(|| {
            let reason = format!("`{}` has no plain value at this point", name.id);
            source.undecided(name, reason).into()
        })
    }

    fn attribute(&mut self, source: &Rc<Source>, attribute: &ExprAttribute) -> Result<Value, Stop> {
        match self.evaluate(source, &attribute.value)? {
            Value::Module(dotted) => self.member(source, attribute, &dotted, &attribute.attr),
            value => {
                let reason = format!("it is an attribute of {}", value.kind());
                Err(source.undecided(attribute, reason).into())
            }
        }
    }

    fn subscript(&mut self, source: &Rc<Source>, subscript: &ExprSubscript) -> Result<Value, Stop> {
        let Value::Sequence(values) = self.evaluate(source, &subscript.value)? else {
            return Err(source.undecided(subscript, "it is an element of something").into());
        };
        let length = values.len();
        let mut position = |bound: &Expr| {
            let Value::Number(number) = self.evaluate(source, bound)? else {
                return Err(Stop::from(source.undecided(bound, "it is no number")));
            };
            let distance = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
            Ok(if number < 0 { length.saturating_sub(distance) } else { distance })
        };
        let picked = match &*subscript.slice {
            Expr::Slice(slice) if slice.step.is_none() => {
                let start = slice.lower.as_deref().map_or(Ok(0), &mut position)?.min(length);
                let end = slice.upper.as_deref().map_or(Ok(length), &mut position)?.min(length);
                values.get(start..end.max(start)).map(|part| Value::Sequence(part.into()))
            }
            Expr::Slice(_) => None,
            index => values.get(position(index)?).cloned(),
        };
        picked.ok_or_else(|| source.undecided(subscript, "there is no such element").into())
    }
}

fn binary(left: &Value, operator: Operator, right: &Value) -> Option<Value> {
    let Value::Text(left) = left else { return None };
    let text = match operator {
        Operator::Add => {
            let Value::Text(right) = right else { return None };
            format!("{left}{right}")
        }
        Operator::Mod => {
            let values = match right {
                Value::Sequence(values) => values,
                Value::Text(_) | Value::Number(_) | Value::Module(_) | Value::Other(_) => {
                    as_text(right)?;
                    std::slice::from_ref(right)
                }
            };
            percent_format(left, values)?
        }
        // Numbers and sets have the others.
        _ => return None,
    };
    Some(Value::Text(text))
}

fn outside(source: &Source, node: &impl Ranged, module: &str) -> Undecided {
    source.undecided(node, format!("it comes from `{module}`, outside the module"))
}
