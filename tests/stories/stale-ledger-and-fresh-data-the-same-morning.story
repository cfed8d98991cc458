# One sees that the ledger is too old, imports at once and draws the plan again.
company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-27  no import
2026-03-09  plan  Marchand  hold  because ledger.stale (imported_on 2026-02-02, days 35)
2026-03-09  imported
2026-03-09  plan  Marchand  remind  step 1
