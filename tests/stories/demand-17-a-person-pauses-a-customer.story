company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  hold  Marchand  until 2026-04-01  "their accountant is ill"
2026-03-10  plan  Marchand  hold  because hold.person (until 2026-04-01, note "their accountant is ill"), look again 2026-04-01
2026-04-01  plan  Marchand  remind  step 1
2026-04-01  postpone  Marchand  until 2026-04-08
2026-04-07  plan  Marchand  hold  because postponed (until 2026-04-08), look again 2026-04-08
2026-04-08  plan  Marchand  remind  step 1
2026-04-08  skip  Marchand
2026-04-08  plan  Marchand  wait  because step.not_yet (step 2, next_on 2026-04-15)
2026-04-15  plan  Marchand  remind  step 2 firm
