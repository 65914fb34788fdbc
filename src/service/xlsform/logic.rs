//! The part of `XPath` in which XLSForms say when a question is asked and which answers stand together.
//!
//! Promises: an expression is read whole or not at all; what it means here is the same as there.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// All of these.
    All(Vec<Expression>),
    /// One of these.
    Any(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// A question (`.` is the one that it stands at) has this option among its answers.
    Chosen(String, String),
    /// The question that it stands at has at most so many answers.
    AtMost(usize),
    /// The question that it stands at has at least so many answers.
    AtLeast(usize),
}

/// A sign of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    Open,
    Close,
    Comma,
    Compare(&'static str),
    /// `${name}`, or `.`.
    Question(String),
    /// A string or a number.
    Value(String),
    Word(String),
}

/// The expression of a cell; none if it is beyond what is understood here.
pub(super) fn read(text: &str) -> Option<Expression> {
    let signs = signs(text)?;
    let mut reader = Reader {
        signs: &signs,
        depth: 0,
    };
    let found = reader.any()?;
    reader.signs.is_empty().then_some(found)
}

fn signs(text: &str) -> Option<Vec<Sign>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (sign, after) = match first {
            '(' => (Sign::Open, rest.get(1..)?),
            ')' => (Sign::Close, rest.get(1..)?),
            ',' => (Sign::Comma, rest.get(1..)?),
            '=' | '!' | '<' | '>' => {
                let known = ["!=", "<=", ">=", "=", "<", ">"];
                let known = known.into_iter().find(|sign| rest.starts_with(sign))?;
                (Sign::Compare(known), rest.get(known.len()..)?)
            }
            '\'' | '"' => {
                let (inside, after) = rest.get(1..)?.split_once(first)?;
                (Sign::Value(inside.to_owned()), after)
            }
            '$' => {
                let (name, after) = rest.strip_prefix("${")?.split_once('}')?;
                (Sign::Question(name.trim().to_owned()), after)
            }
            '0'..='9' => {
                let end = rest.find(|c: char| !c.is_ascii_digit());
                let (digits, after) = rest.split_at(end.unwrap_or(rest.len()));
                (Sign::Value(digits.to_owned()), after)
            }
            '.' => (Sign::Question(".".to_owned()), rest.get(1..)?),
            c if c.is_ascii_alphabetic() => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let end = rest.find(|c: char| !is_part(c));
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                (Sign::Word(word.to_owned()), after)
            }
            _ => return None,
        };
        found.push(sign);
        rest = after.trim_start();
    }
    Some(found)
}

/// Brackets within brackets at most.
const DEEPEST: usize = 50;

struct Reader<'a> {
    signs: &'a [Sign],
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Sign> {
        let (first, rest) = self.signs.split_first()?;
        self.signs = rest;
        Some(first.clone())
    }

    fn is_next(&mut self, wanted: &Sign) -> Option<()> {
        (self.next()? == *wanted).then_some(())
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.signs.first(), Some(Sign::Word(word)) if word == wanted);
        if is {
            let _ = self.next();
        }
        is
    }

    fn any(&mut self) -> Option<Expression> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        one_or(parts, Expression::Any)
    }

    fn all(&mut self) -> Option<Expression> {
        let mut parts = vec![self.part()?];
        while self.takes_word("and") {
            parts.push(self.part()?);
        }
        one_or(parts, Expression::All)
    }

    fn inside(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let found = self.any()?;
        self.depth -= 1;
        self.is_next(&Sign::Close)?;
        Some(found)
    }

    fn part(&mut self) -> Option<Expression> {
        match self.next()? {
            Sign::Open => self.inside(),
            Sign::Question(name) => {
                let Sign::Compare(how) = self.next()? else {
                    return None;
                };
                let Sign::Value(code) = self.next()? else {
                    return None;
                };
                let chosen = Expression::Chosen(name, code);
                match how {
                    "=" => Some(chosen),
                    "!=" => Some(Expression::Not(Box::new(chosen))),
                    _ => None,
                }
            }
            Sign::Word(word) => {
                self.is_next(&Sign::Open)?;
                match word.as_str() {
                    "not" => Some(Expression::Not(Box::new(self.inside()?))),
                    "selected" => self.selected(),
                    "count-selected" => self.counted(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn selected(&mut self) -> Option<Expression> {
        let Sign::Question(name) = self.next()? else {
            return None;
        };
        self.is_next(&Sign::Comma)?;
        let Sign::Value(code) = self.next()? else {
            return None;
        };
        self.is_next(&Sign::Close)?;
        Some(Expression::Chosen(name, code))
    }

    fn counted(&mut self) -> Option<Expression> {
        self.is_next(&Sign::Question(".".to_owned()))?;
        self.is_next(&Sign::Close)?;
        let Sign::Compare(how) = self.next()? else {
            return None;
        };
        let Sign::Value(number) = self.next()? else {
            return None;
        };
        let number: usize = number.parse().ok()?;
        match how {
            "<=" => Some(Expression::AtMost(number)),
            "<" => Some(Expression::AtMost(number.checked_sub(1)?)),
            ">=" => Some(Expression::AtLeast(number)),
            ">" => Some(Expression::AtLeast(number.checked_add(1)?)),
            _ => None,
        }
    }
}

fn one_or(
    mut parts: Vec<Expression>,
    make: fn(Vec<Expression>) -> Expression,
) -> Option<Expression> {
    if parts.len() == 1 {
        parts.pop()
    } else {
        Some(make(parts))
    }
}

impl Expression {
    /// The terms that all have to hold.
    pub(super) fn terms(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts.into_iter().flat_map(Self::terms).collect(),
            other => vec![other],
        }
    }

    /// The terms of which one has to hold.
    fn alternatives(self) -> Vec<Self> {
        match self {
            Self::Any(parts) => parts.into_iter().flat_map(Self::alternatives).collect(),
            other => vec![other],
        }
    }

    /// One of these answers to one question: the question and the codes.
    pub(super) fn one_of(self) -> Option<(String, Vec<String>)> {
        let mut question: Option<String> = None;
        let mut codes = Vec::new();
        for part in self.alternatives() {
            let Self::Chosen(name, code) = part else {
                return None;
            };
            if question.as_ref().is_some_and(|known| *known != name) {
                return None;
            }
            question = Some(name);
            codes.push(code);
        }
        question.map(|question| (question, codes))
    }

    /// None of these answers to one question: the question and the codes.
    pub(super) fn none_of(&self) -> Option<(String, Vec<String>)> {
        match self {
            Self::Not(inner) => inner.as_ref().clone().one_of(),
            _ => None,
        }
    }

    /// The option that may not stand beside another one.
    pub(super) fn alone(&self) -> Option<String> {
        let Self::Not(inner) = self else {
            return None;
        };
        let Self::All(parts) = inner.as_ref() else {
            return None;
        };
        match parts.as_slice() {
            [Self::Chosen(at, code), Self::AtLeast(2)]
            | [Self::AtLeast(2), Self::Chosen(at, code)]
                if at == "." =>
            {
                Some(code.clone())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(question: &str, code: &str) -> Expression {
        Expression::Chosen(question.to_owned(), code.to_owned())
    }

    #[test]
    fn conditions_are_read_as_people_write_them() {
        for text in [
            "selected(${q6}, '1') or selected(${q6}, \"2\")",
            " ( ${q6}='1' or ${ q6 } = 2 )",
        ] {
            let codes = vec!["1".to_owned(), "2".to_owned()];
            let found = read(text).unwrap().one_of();
            assert_eq!(found, Some(("q6".to_owned(), codes)), "{text}");
        }
        let terms = read("${s1} != '0' and not(selected(${s2}, 'a')) and ${q} = '60up'");
        let terms = terms.unwrap().terms();
        assert_eq!(terms.len(), 3);
        assert_eq!(terms[0].none_of(), Some(("s1".into(), vec!["0".into()])));
        assert_eq!(terms[1].none_of(), Some(("s2".into(), vec!["a".into()])));
        assert_eq!(terms[2], chosen("q", "60up"));
    }

    #[test]
    fn and_binds_closer_than_or() {
        let found = read("${a} = '1' or ${b} = '1' and ${c} = '1'").unwrap();
        let both = Expression::All(vec![chosen("b", "1"), chosen("c", "1")]);
        assert_eq!(found, Expression::Any(vec![chosen("a", "1"), both]));
        assert_eq!(
            found.one_of(),
            None,
            "two questions are no condition of ours"
        );
    }

    #[test]
    fn constraints_are_read() {
        let found =
            read("count-selected(.) < 4 and not(count-selected(.) >= 2 and selected(., 'x'))");
        let terms = found.unwrap().terms();
        assert_eq!(terms[0], Expression::AtMost(3));
        assert_eq!(terms[1].alone(), Some("x".to_owned()));
        assert_eq!(read("not(selected(., 'x'))").unwrap().alone(), None);
    }

    #[test]
    fn what_is_not_understood_is_not_read_at_all() {
        for text in [
            "${a} > 3",
            "${a} = ${b}",
            "regex(., '^a')",
            "count-selected(${a}) > 1",
            "${a} = '1' and",
            "${a} = '1' ${b}",
            "selected(${a}, '1'",
            "${a = '1'",
            "'",
            "1.5",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"(".repeat(100_000)), None);
    }
}
