company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  sent  Marchand
2026-03-16  sent  Marchand
2026-03-24  plan  Marchand  remind  step 3 stern
2026-03-24  sent  Marchand
2026-03-31  plan  Marchand  escalate  because step.exhausted (steps 3), look again never
2026-04-30  plan  Marchand  escalate  because step.exhausted (steps 3)
