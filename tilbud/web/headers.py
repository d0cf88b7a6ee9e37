"""Headers every response carries, whoever made it: page, static file, redirect or error."""

POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {' '.join(values)}" for name, values in POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Else a browser asks the name servers for the hosts of a page's links before anybody follows one.
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
}
NO_STORE = "no-store"


class Headers:
    """Set the security headers, and keep all but static files out of caches: a shared phone must not remember."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # Set, not left to whoever made the response: nobody here has a reason for weaker ones.
        for name, value in HEADERS.items():
            response[name] = value
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = NO_STORE
        # Nor may a table or a number be kept, unless its view says for how long.
        response.setdefault("Cache-Control", NO_STORE)
        return response
