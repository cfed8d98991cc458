# A stranger is waited for as the company's customers are, and no longer than its cap.
company  Fournil, policy standard
habit  Marchand  12 invoices paid 9 10 10 13 8 13 10 14 9 13 10 14 days late, until 2025-12-19
habit  Bonnard  12 invoices paid 0 1 2 3 days late, until 2025-12-18
2026-01-05  invoice F001  Nouveau  1 200,00  due 2026-02-04
2026-02-05  plan  Nouveau  wait  because habit.within (late 1)
2026-02-27  plan  Nouveau  remind  step 1 friendly because habit.new (late 23)
