"""What somebody types who wants a script to run, a visitor led away, or a link to be more than a link."""

from itertools import product

_TAGS = [
    "<script>alert(1)</script>",
    "<script>alert(1)//",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/x>alert(1)</script>",
    "<script src=data:,alert(1)></script>",
    "<script src=//e.example></script>",
    "<scr<script>ipt>alert(1)</script>",
    "<svg><script>alert(1)</script>",
    "<svg><script href=data:,alert(1) />",
    "<math><mtext><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button>",
    "<button formaction=javascript:alert(1)>x",
    "<meta http-equiv=refresh content='0;//e.example'>",
    "<base href=//e.example>",
    "<link rel=stylesheet href=//e.example>",
    "<link rel=prefetch href=//e.example>",
    "<style>@import'//e.example'</style>",
    "<style>*{background:url(//e.example)}</style>",
    "<img src=//e.example/x.png>",
    "<p style=background:url(//e.example)>",
    "<template><script>alert(1)</script>",
    "<noscript><img src=x onerror=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<?xml-stylesheet href=javascript:alert(1)?>",
]
_HANDLERS = [
    f"<{tag} {handler}=alert(1){rest}>"
    for tag, handler, rest in [
        ("img src=x", "onerror", ""),
        ("img src=x", "OnErRoR", ""),
        ("img/src=x", "/onerror", ""),
        ("svg", "onload", ""),
        ("svg/onload=alert(1)", "x", ""),
        ("body", "onload", ""),
        ("body", "onpageshow", ""),
        ("video src=x", "onerror", ""),
        ("audio src=x", "onerror", ""),
        ("details open", "ontoggle", ""),
        ("input autofocus", "onfocus", ""),
        ("select autofocus", "onfocus", ""),
        ("textarea autofocus", "onfocus", ""),
        ("a tabindex=0 autofocus", "onfocus", ""),
        ("marquee", "onstart", ""),
        ("style", "onload", ""),
        ("script src=x", "onerror", ""),
        ("link rel=stylesheet href=x", "onerror", ""),
        ("iframe", "onload", ""),
        ("object data=x", "onerror", ""),
    ]
]
# What ends the place a text stands in: an attribute, an element, a comment, a text of a script.
_ENDS = ['"', "'", ">", '">', "'>", "-->", "]]>", "</title>", "</textarea>", "</script>", "\u2028", "`"]
_INTO = ["<svg onload=alert(1)>", " autofocus onfocus=alert(1) x=", ";alert(1)//"]
# What a template, a script or a decoder further on would make something of.
_MADE = [
    "{{7*7}}",
    "{% debug %}",
    "{{request}}",
    "${alert(1)}",
    "#{alert(1)}",
    "javascript:alert(1)",
    "&lt;svg onload=alert(1)&gt;",
    "&#60;svg onload=alert(1)&#62;",
    "%3Csvg onload=alert(1)%3E",
    "\\u003csvg onload=alert(1)\\u003e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\uff1csvg onload=alert(1)\uff1e",
    "=HYPERLINK('//e.example')",
    "\u202e<svg onload=alert(1)>",
]

# A hundred, each its own kind; short, so that several fit in one field.
SCRIPTS = [*_TAGS, *_HANDLERS, *(end + into for end, into in product(_ENDS, _INTO)), *_MADE]

# Where a form's `next` must not lead.
ELSEWHERE = [
    prefix + "e.example" + suffix
    for prefix, suffix in [
        *product(["https://", "http://", "//", "///", "////", "/\\", "\\/", "\\\\", "\\\\\\"], ["", "/admin/"]),
        *product(["https:", "https:/", "https:///", "http:\\\\", "HTTPS://", "ftp://", "//user@", "//:80@"], [""]),
        *product(["/\t/", "\t//", " //", "/\n/", "\r\n//", "\x00//", "\x1f//", "\x0b//", "\x0c//"], [""]),
        *product(["https://testserver@", "https://testserver.", "https://testserver:80@", "//testserver@"], [""]),
        *product(["https://testserver%2f@", "https://e.example\\.testserver@", "//e.example#@testserver/"], [""]),
    ]
] + [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "https://[::1",
    "https://e.example:99999/",
]

# Addresses a contact or a source may be given; none may become a link of its own kind.
LINKS = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://e.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://e.example/",
    "//e.example/",
    "blob:https://e.example/x",
    "intent://e.example#Intent;end",
    "sms:1881?body=x",
    "https://user:password@e.example/",
    "https://e.example\r\nSet-Cookie: x=1",
]
