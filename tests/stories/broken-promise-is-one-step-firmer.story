company  Fournil, policy standard
habit  Marchand  12 invoices paid 9 10 10 13 8 13 10 14 9 13 10 14 days late, until 2025-12-19
2026-01-05  invoice F001  Marchand  1 200,00  due 2026-02-04
2026-02-05  promise  Marchand  1 200,00 on 2026-02-10
2026-02-11  plan  Marchand  wait  because promise.running
# Within the habit, yet the promise is broken: the usual patience is over.
2026-02-16  plan  Marchand  remind  step 1 firm because habit.beyond (late 12) and promise.broken (promised_on 2026-02-10, amount 1 200,00) and step.firmer (promised_on 2026-02-10)
