//! Elements, attributes and text, written by `quick-xml`: what is a sign of XML is escaped, what XML cannot hold is left
//! out.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::i18n::Lang;

/// A sentence in several languages: tag and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(pub(super) Vec<(String, String)>);

impl Words {
    /// In every language of the program.
    pub(super) fn each(say: impl Fn(Lang) -> String) -> Self {
        Self(
            Lang::ALL
                .into_iter()
                .map(|lang| (lang.tag().to_owned(), say(lang)))
                .collect(),
        )
    }
}

/// A document under construction.
pub(super) struct Xml(Writer<Vec<u8>>);

type Attributes<'a> = [(&'a str, &'a str)];

impl Xml {
    /// With the declaration.
    pub(super) fn new() -> io::Result<Self> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Self(writer))
    }

    /// The bytes.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    /// An element with others in it.
    pub(super) fn within(
        &mut self,
        name: &str,
        attributes: &Attributes<'_>,
        inner: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))?;
        inner(self)?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with text.
    pub(super) fn text(
        &mut self,
        name: &str,
        attributes: &Attributes<'_>,
        text: &str,
    ) -> io::Result<()> {
        self.0.write_event(Event::Start(start(name, attributes)))?;
        self.0
            .write_event(Event::Text(BytesText::new(&clean(text))))?;
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element for each language.
    pub(super) fn words(&mut self, name: &str, words: &Words) -> io::Result<()> {
        let mut each = words.0.iter();
        each.try_for_each(|(tag, text)| self.text(name, &[("xml:lang", tag)], text))
    }

    /// An element without anything in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &Attributes<'_>) -> io::Result<()> {
        self.0.write_event(Event::Empty(start(name, attributes)))
    }
}

fn start<'a>(name: &'a str, attributes: &Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, clean(value).as_str()));
    }
    start
}

/// Without the characters that XML 1.0 cannot hold.
fn clean(text: &str) -> String {
    let kept = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => *c >= ' ',
    };
    text.chars().filter(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_xml_are_escaped_and_what_it_cannot_hold_is_left_out() {
        let mut xml = Xml::new().unwrap();
        let attribute = [("name", "a\"<&>\u{1}")];
        xml.within("var", &attribute, |xml| {
            xml.text("labl", &[], "1 < 2 & \u{0}“满意”]]>")
        })
        .unwrap();
        let text = String::from_utf8(xml.finish()).unwrap();
        let wanted = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<var name=\"a&quot;&lt;&amp;&gt;\">\n \
                      <labl>1 &lt; 2 &amp; “满意”]]&gt;</labl>\n</var>\n";
        assert_eq!(text, wanted);
    }
}
