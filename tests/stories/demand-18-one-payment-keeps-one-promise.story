company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  1 000,00  due 2026-03-03
# Two promises about two invoices: one payment keeps the first, and the second is still awaited.
2026-03-09  promise  Marchand  1 000,00 on 2026-03-16 for F001
2026-03-09  promise  Marchand  1 000,00 on 2026-03-23 for F002
2026-03-16  payment  Marchand  1 000,00 for F001
2026-03-20  plan  Marchand  wait    because promise.running (promised_on 2026-03-23)
2026-03-27  plan  Marchand  remind  asks 1 000,00 because calendar.reached (late 24) and promise.broken (promised_on 2026-03-23) and step.firmer
