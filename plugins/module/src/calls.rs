//! The values of the few calls that versions are made with: `join`, `map(str, …)`, `format`, `str` and `strip`.

use std::rc::Rc;

use ruff_python_ast::{
    Comprehension, ConversionFlag, Expr, ExprCall, ExprFString, FStringPart,
    InterpolatedStringElement,
};

use crate::evaluate::{Evaluator, Value};
use crate::format::{as_text, brace_format};
use crate::source::{Source, Stop};

impl Evaluator<'_> {
    pub(crate) fn f_string(
        &mut self,
        source: &Rc<Source>,
        string: &ExprFString,
    ) -> Result<Value, Stop> {
        let mut text = String::new();
        for part in &string.value {
            let elements = match part {
                FStringPart::Literal(literal) => {
                    text.push_str(&literal.value);
                    continue;
                }
                FStringPart::FString(part) => &part.elements,
            };
            for element in elements {
                match element {
                    InterpolatedStringElement::Literal(literal) => text.push_str(&literal.value),
                    InterpolatedStringElement::Interpolation(part)
                        if part.format_spec.is_none()
                            && part.debug_text.is_none()
                            && matches!(
                                part.conversion,
                                ConversionFlag::None | ConversionFlag::Str
                            ) =>
                    {
                        text.push_str(&self.text(source, &part.expression)?);
                    }
                    InterpolatedStringElement::Interpolation(part) => {
                        return Err(source.undecided(part, "it is formatted").into());
                    }
                }
            }
        }
        Ok(Value::Text(text))
    }

    pub(crate) fn call(&mut self, source: &Rc<Source>, call: &ExprCall) -> Result<Value, Stop> {
        let unknown = || Stop::from(source.undecided(call, "it is the result of a call"));
        if !call.arguments.keywords.is_empty() {
            return Err(unknown());
        }
        let arguments = &*call.arguments.args;
        match &*call.func {
            Expr::Name(name) => match (name.id.as_str(), arguments) {
                ("str", [argument]) if self.is_builtin(source, "str")? => {
                    self.text(source, argument).map(Value::Text)
                }
                ("tuple", [argument]) if self.is_builtin(source, "tuple")? => {
                    self.iterable(source, argument).map(Value::Sequence)
                }
                _ => Err(unknown()),
            },
            Expr::Attribute(method) => {
                let takes_receiver = matches!(
                    (method.attr.as_str(), arguments),
                    ("join", [_]) | ("strip" | "lstrip" | "rstrip", []) | ("format", _)
                );
                if !takes_receiver {
                    return Err(unknown());
                }
                let Value::Text(text) = self.evaluate(source, &method.value)? else {
                    return Err(unknown());
                };
                let result = match (method.attr.as_str(), arguments) {
                    ("join", [argument]) => {
                        let parts = self.iterable(source, argument)?;
                        joined(&parts, &text)
                    }
                    ("format", arguments) => {
                        let values = self.arguments(source, arguments)?;
                        brace_format(&text, &values)
                    }
                    ("strip", _) => Some(text.trim().to_owned()),
                    ("lstrip", _) => Some(text.trim_start().to_owned()),
                    ("rstrip", _) => Some(text.trim_end().to_owned()),
                    _ => None,
                };
                result.map(Value::Text).ok_or_else(unknown)
            }
            _ => Err(unknown()),
        }
    }

    /// The values of arguments, those of a starred one in its place.
    fn arguments(&mut self, source: &Rc<Source>, arguments: &[Expr]) -> Result<Vec<Value>, Stop> {
        let mut values = Vec::new();
        for argument in arguments {
            match argument {
                Expr::Starred(starred) => {
                    values.append(&mut self.iterable(source, &starred.value)?);
                }
                argument => values.push(self.evaluate(source, argument)?),
            }
        }
        Ok(values)
    }

    /// The elements of a sequence, of `map(str, …)` or of a comprehension that makes strings of them.
    fn iterable(&mut self, source: &Rc<Source>, expr: &Expr) -> Result<Vec<Value>, Stop> {
        let unknown = || Stop::from(source.undecided(expr, "it takes a loop"));
        let (iterated, wants_text) = match expr {
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id == "map") => {
                match &*call.arguments.args {
                    [Expr::Name(function), iterated]
                        if function.id == "str"
                            && call.arguments.keywords.is_empty()
                            && self.is_builtin(source, "map")?
                            && self.is_builtin(source, "str")? =>
                    {
                        (iterated, true)
                    }
                    _ => return Err(unknown()),
                }
            }
            Expr::Generator(generator) => {
                self.comprehension(source, &generator.elt, &generator.generators, expr)?
            }
            Expr::ListComp(list) => {
                self.comprehension(source, &list.elt, &list.generators, expr)?
            }
            expr => (expr, false),
        };
        let Value::Sequence(values) = self.evaluate(source, iterated)? else {
            return Err(unknown());
        };
        if !wants_text {
            return Ok(values);
        }
        let texts = values.iter().map(|value| as_text(value).map(Value::Text));
        texts.collect::<Option<_>>().ok_or_else(unknown)
    }

    /// What a comprehension goes over, and whether it makes strings: `str(x) for x in …` or `x for x in …`.
    fn comprehension<'e>(
        &mut self,
        source: &Rc<Source>,
        element: &Expr,
        generators: &'e [Comprehension],
        whole: &Expr,
    ) -> Result<(&'e Expr, bool), Stop> {
        if let [generator] = generators
            && generator.ifs.is_empty()
            && !generator.is_async
            && let Expr::Name(variable) = &generator.target
        {
            let is_variable = |expr: &Expr| matches!(expr, Expr::Name(it) if it.id == variable.id);
            match element {
                element if is_variable(element) => return Ok((&generator.iter, false)),
                Expr::Call(call)
                    if matches!(&*call.func, Expr::Name(name) if name.id == "str")
                        && variable.id != "str"
                        && call.arguments.keywords.is_empty()
                        && matches!(&*call.arguments.args, [argument] if is_variable(argument))
                        && self.is_builtin(source, "str")? =>
                {
                    return Ok((&generator.iter, true));
                }
                _ => {}
            }
        }
        Err(source.undecided(whole, "it takes a loop").into())
    }

    /// Whether the name means what it means to everybody: the module binds no other.
    fn is_builtin(&mut self, source: &Rc<Source>, name: &str) -> Result<bool, Stop> {
        self.lookup(source, name, None).map(|value| value.is_none())
    }

    fn text(&mut self, source: &Rc<Source>, expr: &Expr) -> Result<String, Stop> {
        let value = self.evaluate(source, expr)?;
        as_text(&value).ok_or_else(|| {
            source.undecided(expr, format!("it is made from {}", value.kind())).into()
        })
    }
}

fn joined(parts: &[Value], separator: &str) -> Option<String> {
    let texts = parts.iter().map(|part| match part {
        Value::Text(text) => Some(text.as_str()),
        Value::Number(_) | Value::Sequence(_) | Value::Module(_) | Value::Other(_) => None,
    });
    texts.collect::<Option<Vec<_>>>().map(|texts| texts.join(separator))
}
