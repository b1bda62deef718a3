//! The little that a lesson's text can say besides words: paragraphs, `code`, *emphasis*. There is
//! no HTML: a `<` is a `<`.

/// A paragraph: lines between blank ones.
pub type Paragraph = Vec<Span>;

/// A stretch of a paragraph that is set in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Between backticks: what a model reads or writes, or a name in code. As it is.
    Code(String),
    /// Between asterisks.
    Emphasis(String),
}

/// The paragraphs of a text. A mark without its partner in the same paragraph stands for itself,
/// as does one before a space, so that `2 * 3` needs no escape.
pub fn parse(text: &str) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            if !lines.is_empty() {
                paragraphs.push(spans(&lines.join(" ")));
                lines.clear();
            }
        } else {
            lines.push(line.trim());
        }
    }
    paragraphs
}

fn spans(text: &str) -> Paragraph {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(mark) = rest.chars().next() {
        let after = &rest[mark.len_utf8()..];
        let end = match mark {
            '`' | '*' if !after.starts_with(' ') => after.find(mark).filter(|&end| end > 0),
            _ => None,
        };
        let Some(end) = end else {
            plain.push(mark);
            rest = after;
            continue;
        };
        if !plain.is_empty() {
            spans.push(Span::Plain(std::mem::take(&mut plain)));
        }
        let inside = after[..end].to_owned();
        spans.push(if mark == '`' { Span::Code(inside) } else { Span::Emphasis(inside) });
        rest = &after[end + mark.len_utf8()..];
    }
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Span {
        Span::Plain(text.to_owned())
    }

    #[test]
    fn paragraphs_code_and_emphasis_are_told_apart() {
        let parsed = parse("It reads `a = b` and\ngoes *on*.\n\n\n  Then it stops.\n");
        let first = vec![
            plain("It reads "),
            Span::Code("a = b".to_owned()),
            plain(" and goes "),
            Span::Emphasis("on".to_owned()),
            plain("."),
        ];
        assert_eq!(parsed, [first, vec![plain("Then it stops.")]]);
    }

    #[test]
    fn there_is_no_html_and_no_mark_without_its_partner() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "2 * 3 * 4",
            "a ` alone",
            "**",
            "`",
            "[a](javascript:b)",
        ] {
            assert_eq!(parse(text), [vec![plain(text)]], "{text}");
        }
    }

    #[test]
    fn marks_inside_code_stand_for_themselves() {
        assert_eq!(parse("`*a*`"), [vec![Span::Code("*a*".to_owned())]]);
        assert_eq!(parse(" \n \n"), Vec::<Paragraph>::new());
        assert_eq!(parse("*是*的"), [vec![Span::Emphasis("是".to_owned()), plain("的")]]);
    }
}
