"""What people outside have typed, before it is kept."""

import unicodedata


def plain(text):
    """Return a text with its line breaks and without letters that are not seen or that turn the line around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    ).strip()


def one_line(text):
    """Return a plain text on one line."""
    return " ".join(plain(text).split())
