from tilbud.models.check import Assignment, Check, Skip
from tilbud.models.collaboration import Collaboration
from tilbud.models.contact import Contact, Remark
from tilbud.models.draft import Draft
from tilbud.models.history import EntryKinds, OldSlug, Revision
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
from tilbud.models.outside import ImportJob, ProviderLink, Report
from tilbud.models.source import CheckMethods, Contradiction, Source
from tilbud.models.survey import SurveyCell, SurveyTotal
from tilbud.models.version import DirectoryVersion

__all__ = [
    "Activity",
    "Affiliation",
    "AgeFits",
    "AgeLimit",
    "Assignment",
    "Catchments",
    "Channel",
    "Check",
    "CheckMethods",
    "Collaboration",
    "Contact",
    "Contradiction",
    "DirectoryVersion",
    "Draft",
    "EntryKinds",
    "Figure",
    "ImportJob",
    "Institution",
    "InstitutionName",
    "LoadedEntry",
    "Offer",
    "OldSlug",
    "OperatingAgreement",
    "Payment",
    "ProviderLink",
    "Remark",
    "Report",
    "Revision",
    "Sectors",
    "Skip",
    "Source",
    "SurveyCell",
    "SurveyTotal",
    "TargetRelation",
    "WayIn",
]
