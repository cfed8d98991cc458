# Nobody opened the product for two weeks: the first step is still the first, and still due.
company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-06  plan  Marchand  wait  because calendar.not_reached (late 4), look again 2026-03-07
2026-03-24  plan  Marchand  remind  step 1 friendly because calendar.reached (late 22)
2026-03-26  plan  Marchand  remind  step 1 friendly because calendar.reached (late 24)
2026-03-26  sent  Marchand
# A first step that left late pushes the second; nothing is made up for in one go.
2026-03-31  plan  Marchand  wait  because step.spacing
2026-04-02  plan  Marchand  remind  step 2 firm because calendar.reached (late 31) and step.due (step 2, last_on 2026-03-26)
