# The case the product starts from: a customer who always pays ten days late is left in peace
# on day 1 and 2, and reminded on day 15.
company  Fournil, policy standard
habit  Marchand  12 invoices paid 9 10 10 13 8 13 10 14 9 13 10 14 days late, until 2025-12-19
2026-01-05  invoice F001  Marchand  1 200,00  due 2026-02-04
2026-02-05  plan  Marchand  wait    because habit.within (usual 10, late 1), look again 2026-02-18
2026-02-06  plan  Marchand  wait    because habit.within (usual 10, late 2)
2026-02-19  plan  Marchand  remind  step 1 because habit.beyond (usual 10, late 15)
2026-02-20  promise  Marchand  1 200,00 on 2026-02-27
2026-02-23  plan  Marchand  wait    because promise.running
