company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-16  invoice F002  Marchand  200,00  due 2026-03-16
2026-03-09  sent  Marchand
2026-03-16  sent  Marchand
2026-03-24  plan  Marchand  remind  step 3 stern asks 1 200,00 lists F001 F002 chases F001 F002
2026-03-24  sent  Marchand
# The young invoice was in one message: its own second step is next.
2026-03-27  payment  Marchand  1 000,00 for F001
2026-03-31  plan  Marchand  remind  step 2 firm asks 200,00
