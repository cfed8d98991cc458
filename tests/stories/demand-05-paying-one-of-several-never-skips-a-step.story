company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-09  invoice F002  Marchand  500,00  due 2026-03-10
2026-03-09  plan  Marchand  remind  step 1 friendly asks 1 000,00 chases F001
2026-03-09  sent  Marchand
2026-03-16  plan  Marchand  remind  step 2 firm asks 1 500,00 chases F001 F002
2026-03-16  sent  Marchand
# The invoice that led is paid; the other was reminded once, so its second step follows.
2026-03-18  payment  Marchand  1 000,00 for F001
2026-03-19  plan  Marchand  wait  because step.spacing (last_on 2026-03-16)
2026-03-23  plan  Marchand  remind  step 2 firm asks 500,00 chases F002
2026-03-23  sent  Marchand
2026-03-30  plan  Marchand  wait  because step.not_yet (step 3, next_on 2026-03-31)
2026-03-31  plan  Marchand  remind  step 3 stern asks 500,00
