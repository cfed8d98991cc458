company  Fournil, policy standard
habit  Marchand  20 invoices paid 1 1 1 2 1 0 1 1 2 1 1 1 14 15 14 16 14 15 16 14 days late, until 2026-01-16
2026-01-05  invoice F001  Marchand  1 200,00  due 2026-02-04
2026-02-05  plan  Marchand  wait  alerts account.habitually_late (usual 14) and account.drifting (days 13)
