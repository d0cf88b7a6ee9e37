"""Headers every response carries, whoever made it: page, static file, redirect or error."""

POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
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
    "X-Frame-Options": "DENY",
}


class Headers:
    """Add the security headers, and keep pages out of every cache: a shared phone must not remember them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response["Cache-Control"] = "no-store"
        return response
