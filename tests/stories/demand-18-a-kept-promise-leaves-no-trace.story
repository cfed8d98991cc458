company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-16  invoice F002  Marchand  600,00  due 2026-03-16
2026-03-09  promise  Marchand  1 000,00 on 2026-03-20 for F001
2026-03-20  payment  Marchand  1 000,00 for F001
# The promise was about one invoice only: the other follows its own way, at its own step.
2026-03-23  plan  Marchand  remind  step 1 friendly asks 600,00 because calendar.reached (late 7)
