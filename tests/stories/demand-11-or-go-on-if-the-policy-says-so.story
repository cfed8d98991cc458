company  Fournil, policy standard
policy  trigger day 5, repeat every 30
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  sent  Marchand
2026-03-16  sent  Marchand
2026-03-24  sent  Marchand
2026-04-01  plan  Marchand  wait  because step.not_yet (step 4, next_on 2026-04-23)
2026-04-23  plan  Marchand  remind  step 4 stern
2026-04-23  sent  Marchand
2026-05-22  plan  Marchand  wait  because step.not_yet
2026-05-26  plan  Marchand  remind  step 5 stern
