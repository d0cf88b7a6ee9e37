from tilbud.models.collaboration import Collaboration
from tilbud.models.contact import Contact, Remark
from tilbud.models.institution import (
    Affiliation,
    Figure,
    Institution,
    InstitutionName,
    OperatingAgreement,
    Sectors,
)
from tilbud.models.loading import LoadedEntry
from tilbud.models.offer import AgeFits, Catchments, Offer
from tilbud.models.offer_facts import Activity, AgeLimit, Channel, Payment, TargetRelation, WayIn
from tilbud.models.source import CheckMethods, Contradiction, Source
from tilbud.models.survey import SurveyCell, SurveyTotal

__all__ = [
    "Activity",
    "Affiliation",
    "AgeFits",
    "AgeLimit",
    "Catchments",
    "Channel",
    "CheckMethods",
    "Collaboration",
    "Contact",
    "Contradiction",
    "Figure",
    "Institution",
    "InstitutionName",
    "LoadedEntry",
    "Offer",
    "OperatingAgreement",
    "Payment",
    "Remark",
    "Sectors",
    "Source",
    "SurveyCell",
    "SurveyTotal",
    "TargetRelation",
    "WayIn",
]
