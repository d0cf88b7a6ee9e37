"""The site itself, but with few pages made ahead: a test has no time for a thousand."""

from tilbud.wsgi import application

PAGES = ["/", "/akutt/", "/barn/", "/tilbud/", "/henviser/tabell.csv"]

application.ahead.addresses = lambda: PAGES
