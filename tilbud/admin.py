from tilbud.desk import (  # noqa: F401
    collaborations,
    contacts,
    institutions,
    offers,
    places,
    sources,
    survey,
    users,
)
