company  Fournil, policy standard
policy  trigger day 5
2021-01-04  invoice F001  Marchand  1 000,00  due 2021-02-03
# 3 February 2026 is the last day.
2026-02-03  plan  Marchand  remind  step 1
2026-02-04  plan  Marchand  stop  because limitation.extinct (since 2021-02-03), look again never
