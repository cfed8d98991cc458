company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 friendly
2026-03-09  sent  Marchand
2026-03-10  promise  Marchand  1 000,00 on 2026-03-20
2026-03-16  plan  Marchand  wait  because promise.running (promised_on 2026-03-20), look again 2026-03-24
2026-03-23  plan  Marchand  wait  because promise.running
# Three days of grace, then one step firmer than the ladder says.
2026-03-24  plan  Marchand  remind  step 2 stern because calendar.reached (late 22) and step.due (step 2) and promise.broken (promised_on 2026-03-20, amount 1 000,00) and step.firmer
2026-03-24  sent  Marchand
2026-04-01  plan  Marchand  remind  step 3 stern because calendar.reached (late 30) and step.due (step 3, last_on 2026-03-24)
