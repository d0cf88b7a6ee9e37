"""Readability of Norwegian text: words per sentence plus the percentage of words longer than six letters.

Below 30 is very easy (children's books), 30-40 easy. Every block of a page (a heading, a list item, a label)
ends a sentence, also without a full stop.
"""

import re

import html5lib

BLOCKS = {"address", "button", "dd", "div", "dt", "fieldset", "form", "h1", "h2", "h3", "h4", "label", "legend"}
BLOCKS |= {"li", "main", "nav", "ol", "p", "section", "summary", "details", "ul", "dl", "td", "th", "br", "small"}
SILENT = {"script", "style", "template"}
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.:?!]+(?=\s|$)|\n+")


def liks(text):
    """Return the readability index of a text."""
    sentences = [found for found in map(WORD.findall, SENTENCE_END.split(text)) if found]
    words = [word for sentence in sentences for word in sentence]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def visible_text(html, tag="main"):
    """Return the text of the first `tag` of a page, each block on lines of its own."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return _text(next(tree.iter(tag)))


def paragraphs(html):
    """Return the running text of a page's main part: paragraphs alone, without headings, labels and lists."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return "\n".join(_text(p) for p in next(tree.iter("main")).iter("p"))


def _text(element):
    if element.tag in SILENT:
        return ""
    parts = [" ".join((element.text or "").split())]
    for child in element:
        parts += [_text(child), " ".join((child.tail or "").split())]
    text = " ".join(part for part in parts if part)
    return f"\n{text}\n" if element.tag in BLOCKS else text
