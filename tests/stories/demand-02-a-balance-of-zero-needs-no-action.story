# An old entry and a payment that nobody matched: the account is even, there is nothing to do.
company  Fournil, policy standard
policy  trigger day 5
2025-01-06  debit  Marchand  310,00
2025-06-02  payment  Marchand  310,00  "VIR RECU"
2025-06-02  plan  Marchand  wait  because ledger.nothing_owed
2025-12-01  invoice F001  Marchand  80,00  due 2025-12-31
2026-01-05  credit note  Marchand  80,00
2026-02-02  plan  Marchand  wait  because ledger.nothing_owed, look again never, spares 0
