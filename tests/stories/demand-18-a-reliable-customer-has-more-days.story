company  Fournil, policy standard
policy  trigger day 5
2026-01-05  invoice F001  Marchand  100,00  due 2026-01-06
2026-01-05  invoice F002  Marchand  200,00  due 2026-01-06
2026-01-05  invoice F003  Marchand  400,00  due 2026-01-06
2026-01-08  promise  Marchand  100,00 on 2026-01-12 for F001
2026-01-12  payment  Marchand  100,00 for F001
2026-01-13  promise  Marchand  200,00 on 2026-01-19 for F002
2026-01-20  payment  Marchand  200,00 for F002
# Both were kept in time: five days instead of three.
2026-01-21  promise  Marchand  400,00 on 2026-01-26 for F003
2026-01-22  plan  Marchand  wait  because promise.running (promised_on 2026-01-26) and promise.trusted (kept 2, told 2, days 5), look again 2026-02-01
2026-01-30  plan  Marchand  wait  because promise.running and promise.trusted
2026-02-02  plan  Marchand  remind  step 1 firm because calendar.reached (late 27) and promise.broken (promised_on 2026-01-26, amount 400,00) and step.firmer and promise.trusted
