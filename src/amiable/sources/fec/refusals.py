"""Every refusal and warning of the FEC reader: its code, its cause, its remedy.

The facts each sentence uses stand in braces; `words` holds the French and the English texts
shown to people, under ``refusal.<code>.cause`` and ``refusal.<code>.remedy``.
"""

CODES: dict[str, tuple[str, str]] = {
    # A whole file is refused.
    "fec.unreadable": (
        "The file cannot be opened: {reason}.",
        "Check the path and the rights on the file.",
    ),
    "fec.empty": (
        "The file is empty.",
        "Export the FEC again from the accounting software.",
    ),
    "fec.header": (
        "The first line does not name these columns: {missing}.",
        "Give a FEC export (LPF art. A47 A-1): its first line names 18 columns, "
        "parted by tabs or by |.",
    ),
    "fec.too_many": (
        "More than {limit} lines cannot be read.",
        "Mend the cause of the first refusals and import the file again.",
    ),
    # One line is refused.
    "fec.columns": (
        "The line has {found} columns where the header names {expected}.",
        "Look for a missing or an additional separator, often in a label, or for a cut file.",
    ),
    "fec.amount": (
        "The amount cannot be read.",
        "Write it with digits, a comma and at most {decimals} decimals, as 1234,56.",
    ),
    "fec.side": (
        "The side (Sens) is neither D nor C, neither +1 nor -1.",
        "Write D or +1 for a debit, C or -1 for a credit.",
    ),
    "fec.date": (
        "The date cannot be read.",
        "Write it as YYYYMMDD, for instance 20260131.",
    ),
    "fec.account": (
        "The account number is missing.",
        "Fill CompteNum in, as the law requires.",
    ),
    # The file is read, but something should be known.
    "fec.no_lines": (
        "The file has a header and no line.",
        "Check the period chosen for the export.",
    ),
    "fec.no_customers": (
        "No line is on a customer account ({accounts}).",
        "Check that the export holds customer accounts, or name the accounts to read.",
    ),
    "fec.unbalanced": (
        "Debit {debit} and credit {credit} differ in all.",
        "Export the whole year, all journals; what is here was read as it stands.",
    ),
    "fec.unbalanced_entries": (
        "Entries that do not balance: {count}.",
        "Export all journals and all accounts; what is here was read as it stands.",
    ),
    "fec.unclassified": (
        "Customer lines that do not show whether they are invoices or payments: {count}.",
        "They count as adjustments; export all accounts so that each entry is whole.",
    ),
    "fec.no_number": (
        "Lines without an entry number (EcritureNum): {count}.",
        "Entries were put together by journal, date and document; nothing to do.",
    ),
    "fec.dates_outside_year": (
        "Lines dated outside the year from {start} to {end}: {count}.",
        "They were read; check their dates in the accounting software.",
    ),
    "fec.mixed_encoding": (
        "Lines not written in the file's own encoding: {count}; they were read as {encoding}.",
        "Check the accents in names and labels.",
    ),
    "fec.two_companies": (
        "The file names bear different SIREN numbers: {sirens}.",
        "Import one company at a time.",
    ),
    "fec.repeated_lines": (
        "Customer lines that stand in several files: {count}; each was counted once.",
        "Give one file a year.",
    ),
    "fec.opening_left_out": (
        "Opening entries worth {amount} repeat an earlier year that is known; "
        "they were counted once.",
        "Nothing to do.",
    ),
    "fec.opening_differs": (
        "{name} ({customer}) opens the year with {carried}, and closed the year before with "
        "{closing}.",
        "Export the year before again, to its end; its closing balance was kept.",
    ),
}
