company  Fournil, policy prudent
habit  Marchand  12 invoices paid 9 10 10 13 8 13 10 14 9 13 10 14 days late, until 2025-12-19
2026-01-05  invoice F001  Marchand  1 200,00  due 2026-02-04
2026-01-06  invoice F002  Marchand  300,00  due 2026-02-05
2026-01-29  plan  Marchand  wait  because ledger.not_due (due_on 2026-02-04), look again 2026-01-30
2026-01-30  plan  Marchand  remind  step 0 notice asks 1 200,00 lists F001 because step.before_due (due_on 2026-02-04)
2026-01-30  sent  Marchand
# The neighbour's notice would come too soon after; it is not sent twice either.
2026-02-02  plan  Marchand  wait  because ledger.not_due
2026-02-06  plan  Marchand  wait  because habit.within (usual 10, late 2)
2026-02-19  plan  Marchand  remind  step 1 friendly asks 1 500,00
