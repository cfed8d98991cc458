# Each instalment is an invoice with its own due date; a plan of instalments with its own
# breach rule is not part of this yet.
company  Fournil, policy standard
policy  trigger day 5
2026-01-05  invoice F001-1  Marchand  400,00  due 2026-02-02
2026-01-05  invoice F001-2  Marchand  400,00  due 2026-03-02
2026-01-05  invoice F001-3  Marchand  400,00  due 2026-04-01
2026-02-02  payment  Marchand  400,00 for F001-1
2026-02-16  plan  Marchand  wait  because ledger.not_due (due_on 2026-03-02), look again 2026-03-07
2026-03-09  plan  Marchand  remind  step 1 asks 400,00 lists F001-2 because calendar.reached (late 7)
2026-03-09  sent  Marchand
2026-04-07  plan  Marchand  remind  step 2 asks 800,00 lists F001-2 F001-3 chases F001-2 F001-3
