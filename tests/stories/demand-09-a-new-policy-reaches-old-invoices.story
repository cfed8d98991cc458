company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-06  plan  Marchand  wait  because calendar.not_reached (late 4), look again 2026-03-07
2026-03-06  policy  trigger day 10
2026-03-09  plan  Marchand  wait  because calendar.not_reached (late 7), look again 2026-03-12
2026-03-09  policy  trigger day 3
2026-03-09  plan  Marchand  remind  step 1 because calendar.reached (late 7)
