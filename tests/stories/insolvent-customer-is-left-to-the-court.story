company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1
2026-03-10  insolvent  Marchand
2026-03-10  plan  Marchand  stop  because insolvent (since 2026-03-10), look again never, spares 0
