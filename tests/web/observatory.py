"""The score MDN's HTTP Observatory gives an answer, by its published rules ("Tests & Scoring", 2025).

A site begins with 100. Penalties count first; bonuses only where 90 or more is left. What cannot be seen in one
answer over TLS (certificates, the browsers' own list of TLS hosts) counts nothing.
"""

import re

import html5lib

ENOUGH_FOR_BONUSES = 90
HALF_A_YEAR = 15768000
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*"}
INLINE = {"'unsafe-inline'", "data:"}


def score(response, redirect):
    """`response` came over TLS; `redirect` is the answer to the same address without."""
    headers = response.headers
    modifiers = [
        content_policy(headers.get("Content-Security-Policy")),
        cookies(response.cookies.values()),
        sharing(headers),
        to_tls(redirect),
        referrer(headers.get("Referrer-Policy")),
        transport(headers.get("Strict-Transport-Security", "")),
        integrity(response.content.decode()),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        framing(headers),
        resources(headers.get("Cross-Origin-Resource-Policy")),
    ]
    points = 100 + sum(modifier for modifier in modifiers if modifier < 0)
    if points >= ENOUGH_FOR_BONUSES:
        points += sum(modifier for modifier in modifiers if modifier > 0)
    return max(points, 0)


def parsed(policy):
    directives = (part.split() for part in policy.split(";") if part.strip())
    return {name.lower(): set(map(str.lower, sources)) for name, *sources in directives}


def content_policy(policy):
    if not policy:
        return -25
    directives = parsed(policy)
    default = directives.get("default-src", {"*"})
    script, style, plugin = (directives.get(f"{kind}-src", default) for kind in ("script", "style", "object"))
    insecure = {
        name for name, sources in directives.items() if any(s.startswith(("http:", "ftp:")) for s in sources)
    }
    if script & (BROAD | INLINE) or plugin & BROAD or insecure - {"img-src", "media-src"}:
        return -20
    if "'unsafe-eval'" in script | style or insecure:
        return -10
    if style & (BROAD | INLINE):
        return 0
    return 10 if default == {"'none'"} else 5


def cookies(morsels):
    penalties = [0]
    for morsel in morsels:
        is_session = "sess" in morsel.key.lower()
        if not morsel["secure"]:
            penalties.append(-40 if is_session else -20)
        if is_session and not morsel["httponly"]:
            penalties.append(-30)
        if morsel["samesite"].lower() not in ("", "lax", "strict") or (
            "csrf" in morsel.key.lower() and not morsel["samesite"]
        ):
            penalties.append(-20)
    if min(penalties) == 0 and len(morsels) and all(morsel["samesite"] for morsel in morsels):
        return 5
    return min(penalties)


def sharing(headers):
    shares_all = headers.get("Access-Control-Allow-Origin") and headers.get("Access-Control-Allow-Credentials")
    return -50 if shares_all else 0


def to_tls(redirect):
    if redirect.status_code not in (301, 302, 307, 308):
        return -20
    return 0 if redirect["Location"].startswith("https://testserver/") else -10


def referrer(policy):
    if policy is None:
        return 0
    private = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    return 5 if policy.lower() in private else -5


def transport(header):
    age = re.search(r"max-age=(\d+)", header)
    if not age:
        return -20
    return 0 if int(age[1]) >= HALF_A_YEAR else -10


def integrity(html):
    """Nothing is given for scripts of our own without a digest, and much taken for those of others."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    scripts = [script for script in tree.iter("script") if script.get("src")]
    foreign = [script for script in scripts if re.match("(https?:)?//", script.get("src"))]
    if any(not script.get("src").startswith("https://") for script in foreign):
        return -50 if any(not script.get("integrity") for script in foreign) else -20
    if any(not script.get("integrity") for script in foreign):
        return -5
    return 5 if scripts and all(script.get("integrity") for script in scripts) else 0


def framing(headers):
    ancestors = parsed(headers.get("Content-Security-Policy", "")).get("frame-ancestors")
    if ancestors and not ancestors & BROAD:
        return 5
    return 0 if headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def resources(policy):
    if policy in ("same-origin", "same-site"):
        return 10
    return 0 if policy in (None, "cross-origin") else -5
