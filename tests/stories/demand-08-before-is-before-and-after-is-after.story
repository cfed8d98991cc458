company  Fournil, policy standard
policy  trigger day 5, notice 5 days before
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-12
2026-03-06  plan  Marchand  wait  because ledger.not_due (due_on 2026-03-12), look again 2026-03-07
2026-03-09  plan  Marchand  remind  step 0 notice because step.before_due (due_on 2026-03-12)
2026-03-09  sent  Marchand
2026-03-13  plan  Marchand  wait  because calendar.not_reached (late 1)
2026-03-17  plan  Marchand  remind  step 1 friendly because calendar.reached (late 5)
