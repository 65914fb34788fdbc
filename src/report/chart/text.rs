//! Text that must fit: a chart without a browser has to guess how wide its words are.

use unicode_width::UnicodeWidthStr;

/// The width that text takes at most: a wide (Chinese) character fills one em, a narrow one about 0.58.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|character| match character.to_string().width() {
            0 => 0.0,
            1 => 0.58,
            _ => 1.0,
        })
        .sum::<f64>()
        * size
}

/// Text cut to fit, with an ellipsis.
pub(super) fn shorten(text: &str, size: f64, room: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        cut.push(character);
        if text_width(&cut, size) + size > room {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// Lines that fit: broken at spaces, and between wide characters, which stand without spaces.
pub(super) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut word = String::new();
    let mut place = |word: &mut String, line: &mut String| {
        if !line.is_empty() && text_width(line, size) + text_width(word.trim_end(), size) > room {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(word);
        word.clear();
    };
    for character in text.chars() {
        word.push(character);
        if character == ' ' || character.to_string().width() > 1 {
            place(&mut word, &mut line);
        }
    }
    place(&mut word, &mut line);
    if !line.trim_end().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}
