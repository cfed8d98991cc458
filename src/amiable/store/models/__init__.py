"""All tables, imported here so that Django finds them."""

from amiable.store.models.allocation import Allocation
from amiable.store.models.api_token import ApiToken, KeptAnswer
from amiable.store.models.assignment_rule import AssignmentRule
from amiable.store.models.audit_entry import AuditEntry
from amiable.store.models.backtest_run import BacktestRun
from amiable.store.models.company import Company
from amiable.store.models.company_habit import CompanyHabit
from amiable.store.models.company_logo import CompanyLogo
from amiable.store.models.contact import Contact
from amiable.store.models.conversation import Conversation
from amiable.store.models.credit import Credit
from amiable.store.models.customer import Customer
from amiable.store.models.day_figures import DayFigures
from amiable.store.models.day_measure import DayMeasure
from amiable.store.models.dispute import Dispute
from amiable.store.models.dkim_key import DkimKey
from amiable.store.models.experiment import Experiment, ExperimentAssignment
from amiable.store.models.forecast import ForecastLine, ForecastRun
from amiable.store.models.gateway import Gateway
from amiable.store.models.handover import Handover
from amiable.store.models.hold import Hold
from amiable.store.models.import_run import ImportChange, ImportRun
from amiable.store.models.incoming import Incoming, IncomingFile
from amiable.store.models.instalment_plan import InstalmentPlan
from amiable.store.models.invitation import Invitation
from amiable.store.models.invoice import Invoice
from amiable.store.models.invoice_file import InvoiceFile
from amiable.store.models.lease import Lease
from amiable.store.models.letter_batch import LetterBatch
from amiable.store.models.letter_template import LetterTemplate
from amiable.store.models.mail_check import MailCheck
from amiable.store.models.mail_server import MailServer
from amiable.store.models.mailbox import Mailbox
from amiable.store.models.measure_count import MeasureCount
from amiable.store.models.membership import Membership
from amiable.store.models.merge import Merge
from amiable.store.models.message_file import MessageFile
from amiable.store.models.note import Note
from amiable.store.models.outbox import OutboxRow
from amiable.store.models.payment_claim import PaymentClaim
from amiable.store.models.payment_thanks import PaymentThanks
from amiable.store.models.plan_entry import PlanEntry
from amiable.store.models.policy import PolicyVersion
from amiable.store.models.portal_link import PortalLink
from amiable.store.models.promise import Promise
from amiable.store.models.reminder_effect import ReminderEffect
from amiable.store.models.reply import Reply
from amiable.store.models.risk_notice import RiskNotice
from amiable.store.models.saved_view import SavedView
from amiable.store.models.skip import Skip
from amiable.store.models.table_mapping import TableMapping
from amiable.store.models.upload import Upload
from amiable.store.models.user import User
from amiable.store.models.webhook import Webhook, WebhookDelivery
from amiable.store.models.weekly_report import WeeklyReport

__all__ = [
    "Allocation",
    "ApiToken",
    "AssignmentRule",
    "AuditEntry",
    "BacktestRun",
    "Company",
    "CompanyHabit",
    "CompanyLogo",
    "Contact",
    "Conversation",
    "Credit",
    "Customer",
    "DayFigures",
    "DayMeasure",
    "Dispute",
    "DkimKey",
    "Experiment",
    "ExperimentAssignment",
    "ForecastLine",
    "ForecastRun",
    "Gateway",
    "Handover",
    "Hold",
    "ImportChange",
    "ImportRun",
    "Incoming",
    "IncomingFile",
    "InstalmentPlan",
    "Invitation",
    "Invoice",
    "InvoiceFile",
    "KeptAnswer",
    "Lease",
    "LetterBatch",
    "LetterTemplate",
    "MailCheck",
    "MailServer",
    "Mailbox",
    "MeasureCount",
    "Membership",
    "Merge",
    "MessageFile",
    "Note",
    "OutboxRow",
    "PaymentClaim",
    "PaymentThanks",
    "PlanEntry",
    "PolicyVersion",
    "PortalLink",
    "Promise",
    "ReminderEffect",
    "Reply",
    "RiskNotice",
    "SavedView",
    "Skip",
    "TableMapping",
    "Upload",
    "User",
    "Webhook",
    "WebhookDelivery",
    "WeeklyReport",
]
