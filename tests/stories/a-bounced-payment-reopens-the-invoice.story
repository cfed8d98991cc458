company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-03  payment  Marchand  1 000,00 for F001
2026-03-09  plan  Marchand  wait  because ledger.nothing_owed
2026-03-10  bounced  Marchand  1 000,00
2026-03-11  plan  Marchand  remind  step 1 asks 1 000,00 lists F001 because calendar.reached (late 9)
