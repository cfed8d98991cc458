"""Backtest on paper: a trial's report as a PDF to hand round."""

from amiable.desk.access import own
from amiable.desk.company_logo import logo_of
from amiable.desk.statement import PDF, File
from amiable.engine.backtest_report import BacktestReport
from amiable.engine.parties import Language
from amiable.store.models import BacktestRun, Company
from amiable.words import say
from amiable.words.backtest_paper import BacktestPaper, write_backtest


def backtest_file(
    company: Company, run: BacktestRun, report: BacktestReport, language: Language
) -> File:
    """A report in a language, in the colours of the house. Raises OtherCompany."""
    own(company, run)
    logo = logo_of(company)
    content = write_backtest(
        BacktestPaper(
            report=report,
            language=language,
            company=company.name,
            policy=run.policy,
            version=run.version,
            asked_on=run.asked_on,
            logo=logo[1] if logo else None,
        )
    )
    name = say(language, "backtest.page.file", pk=run.pk)
    return File(name=f"{name}.pdf", media_type=PDF, content=content)
