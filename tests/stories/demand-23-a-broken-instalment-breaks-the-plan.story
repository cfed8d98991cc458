company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 200,00  due 2026-03-02
2026-03-10  instalments  Marchand  3 x 400,00 every month from 2026-03-20 for F001
2026-03-20  payment  Marchand  400,00 for F001
# The same 400,00 does not keep the second part too: from the fourth day after it, all is asked.
2026-04-23  plan  Marchand  wait    because promise.running (promised_on 2026-04-20)
2026-04-24  plan  Marchand  remind  asks 800,00 because calendar.reached (late 53) and promise.broken (promised_on 2026-04-20, amount 400,00) and step.firmer
# The money of the missed part comes late: the plan runs again.
2026-04-27  payment  Marchand  400,00 for F001
2026-05-05  plan  Marchand  wait    because promise.running (promised_on 2026-05-20)
