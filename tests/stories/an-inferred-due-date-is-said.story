company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-04, inferred
2026-03-09  plan  Marchand  remind  step 1 because calendar.reached (late 5) and due.inferred (count 1)
