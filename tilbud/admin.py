from tilbud.desk import (  # noqa: F401
    checks,
    collaborations,
    contacts,
    drafts,
    history,
    institutions,
    offers,
    places,
    sources,
    survey,
    users,
)
