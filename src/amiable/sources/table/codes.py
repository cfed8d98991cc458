"""Codes: every refusal and warning of the table reader, with its cause and its remedy.

The sentences that people read are in `words` (``refusal.<code>.cause`` and ``.remedy``), in
French and English; these are their plain originals. {braces} name facts of the refusal, beside
{file}, {line}, {column} and {value}, which every refusal has.
"""

from typing import Final

REFUSED_FILES: Final[dict[str, tuple[str, str]]] = {
    "table.not_a_table": (
        "no line of the file names columns that make a list of invoices, payments, customers or "
        "contacts",
        "export a table with one header line, in CSV, XLSX or ODS; or say which column is which",
    ),
    "table.columns_missing": (
        "the columns found make a list of {kind}, but none holds: {missing}",
        "add the column to the export, or say which column holds it (columns found: {headers})",
    ),
    "table.kind_unclear": (
        "the columns fit a list of {kind} as well as a list of {rival}",
        "say which of the two it is",
    ),
    "table.mapping_columns_missing": (
        "the column mapping names columns that the file does not have: {missing}",
        "choose the columns again: the file's own are {headers}",
    ),
    "table.empty": ("the file is empty", "export it again, with its header line"),
    "table.no_rows": (
        "the header line is followed by no line at all",
        "check the dates and filters of the export, and export it again",
    ),
    "table.encoding_unknown": (
        "the file's accented letters are in no encoding that is known",
        "save it again as CSV UTF-8, or as XLSX",
    ),
    "table.password": ("the workbook is protected by a password", "save it without a password"),
    "table.broken_workbook": (
        "the workbook cannot be opened: it is damaged or cut short",
        "open it in a spreadsheet program and save it again, or export it again",
    ),
    "table.too_large": (
        "the workbook unpacks to more than a gigabyte",
        "save it as CSV, or in parts of some hundred thousand lines",
    ),
    "table.quote_unclosed": (
        "a quotation mark opened on line {line} is not closed",
        "close or remove the quotation mark on that line",
    ),
    "table.ambiguous_amounts": (
        "amounts as {example} can be read in two ways, and no other amount settles it",
        "say whether the comma or the dot is the decimal mark",
    ),
}
"""A whole file is refused (SourceRefused)."""

REFUSED_LINES: Final[dict[str, tuple[str, str]]] = {
    "table.customer_missing": (
        "the line names no customer",
        "write the customer's code or name on the line",
    ),
    "table.number_missing": (
        "the line has no invoice number",
        "write the invoice's number on the line",
    ),
    "table.date_missing": ("the line has no date", "write the date on the line"),
    "table.amount_missing": ("the line has no amount", "write the amount, tax included"),
    "table.amount_unreadable": (
        "{value} is not an amount",
        "write it with figures and one decimal mark, as the rest of the column",
    ),
    "table.amount_too_precise": (
        "{value} has more decimals than {currency} knows",
        "round it to the cent in the file",
    ),
    "table.currency_differs": (
        "the amount is in {found}, the line in {expected}",
        "add a currency column, or correct the amount",
    ),
    "table.currency_unknown": (
        "{value} is not a currency",
        "write its code of three letters, as EUR",
    ),
    "table.date_unreadable": (
        "{value} is not a date written as the rest of the column ({order})",
        "write the date as in the other lines",
    ),
    "table.date_out_of_range": (
        "{value} is before 1990 or after 2100",
        "correct the year",
    ),
    "table.amounts_disagree": (
        "amount, paid and remaining do not go together: {amount}, {paid}, {remaining}",
        "correct the line: the amount is what is paid plus what remains",
    ),
    "table.settled_but_unpaid": (
        "the line has a settlement date, but nothing is paid",
        "remove the date, or correct the amount paid or remaining",
    ),
    "table.remaining_missing": (
        "the line does not say what remains to pay",
        "write what remains, 0 when all is paid",
    ),
    "table.duplicate_number": (
        "invoice {number} of this customer stands on lines {first_line} and {line}, with "
        "different contents; both are refused",
        "keep one line for each invoice, or give each its own number",
    ),
    "table.duplicate_line": (
        "the line says again what line {first_line} says of invoice {number}",
        "nothing to do: the invoice was read once",
    ),
    "table.too_many_cells": (
        "the line has {found} cells under {expected} headers",
        "a separator stands inside a text: put that text between quotation marks",
    ),
    "table.contact_empty": (
        "the line gives neither a name nor a way to reach anybody",
        "write a name, an e-mail address or a telephone number",
    ),
}
"""One line is refused."""

WARNINGS: Final[dict[str, tuple[str, str]]] = {
    "table.ambiguous_dates": (
        "dates as {example} fit two orders; they were read as {order}",
        "check one date you know, and choose the order if it is wrong",
    ),
    "table.bytes_unreadable": (
        "some letters of the file are damaged",
        "export the file again as CSV UTF-8",
    ),
    "table.total_differs": (
        "the file's total is {stated}, its lines make {sum}",
        "look for lines that are missing from the file or that were refused",
    ),
    "table.note_line": (
        "the line is a note, not a row of the table; it was left out",
        "nothing to do",
    ),
    "table.amount_zero": (
        "the amount is zero: nothing is owed, the line was left out",
        "nothing to do",
    ),
    "table.due_before_issue": (
        "the due date {value} is before the invoice's date {issued}",
        "check the two dates",
    ),
    "table.terms_unreadable": (
        "the line has no due date, and {value} are no payment terms that can be read; the usual "
        "delay was taken",
        "write the due date, or terms such as 30 jours fin de mois",
    ),
    "table.customer_twice": (
        "the customer stands on lines {first_line} and {line} with different contents; the first "
        "was kept",
        "keep one line for each customer",
    ),
    "table.email_unreadable": (
        "{value} is not an e-mail address; it was left out",
        "correct the address",
    ),
    "table.siren_invalid": (
        "{value} is not a SIREN or SIRET number; it was left out",
        "correct the number",
    ),
    "table.insolvency_without_date": (
        "{value} says that the customer is insolvent, but not since when; it was left out",
        "write the day of the judgment that opened the proceedings",
    ),
    "table.value_unknown": (
        "{value} is not known here; it was left out",
        "use one of the usual words, or fill it in later",
    ),
}
"""Read, but worth a look."""

CODES: Final = {**REFUSED_FILES, **REFUSED_LINES, **WARNINGS}
"""code -> (cause, remedy), in English."""
