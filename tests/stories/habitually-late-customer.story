# Always far beyond: one alert about the account, not patience without end.
company  Fournil, policy standard
habit  Marchand  20 invoices paid 38 40 41 45 days late, until 2026-01-16
habit  Bonnard  30 invoices paid 0 1 0 2 days late, until 2026-01-15
habit  Perrin  30 invoices paid -1 0 0 3 days late, until 2026-01-14
2026-01-05  invoice F001  Marchand  1 200,00  due 2026-02-04
2026-01-05  invoice F002  Bonnard  1 200,00  due 2026-02-04
2026-02-16  plan  Bonnard  remind  alerts none
2026-02-16  plan  Marchand  wait  because habit.within (late 12) alerts account.habitually_late (usual 41)
2026-03-09  plan  Marchand  remind  step 1 because habit.beyond (usual 41, late 33)
