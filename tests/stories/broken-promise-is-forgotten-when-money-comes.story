company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 friendly
2026-03-09  sent  Marchand
2026-03-10  promise  Marchand  1 000,00 on 2026-03-20
2026-03-24  plan  Marchand  remind  step 2 stern because calendar.reached (late 22) and step.due (step 2) and promise.broken (promised_on 2026-03-20, amount 1 000,00) and step.firmer
# A part came late: nothing is said of the promise any more, and nothing is firmer for it.
2026-03-24  payment  Marchand  300,00 for F001
2026-03-30  plan  Marchand  remind  step 2 firm asks 700,00 because calendar.reached (late 28) and step.due (step 2)
