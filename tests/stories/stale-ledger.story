company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-27  imported
2026-02-27  no import
2026-03-06  plan  Marchand  wait  because calendar.not_reached (late 4)
2026-03-09  plan  Marchand  hold  because ledger.stale (imported_on 2026-02-27, days 10), look again never
2026-03-10  imported
2026-03-10  plan  Marchand  remind  step 1
2026-03-17  plan  Marchand  remind  step 1
2026-03-18  plan  Marchand  hold  because ledger.stale (imported_on 2026-03-10, days 8)
