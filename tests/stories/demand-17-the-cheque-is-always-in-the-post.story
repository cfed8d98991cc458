# Never late to send the cheque, but the post is slow; and a person may always say "not this one".
company  Fournil, policy standard
habit  Marchand  20 invoices paid 5 6 6 7 8 6 5 9 days late, until 2026-02-20
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  300,00  due 2026-03-03
2026-03-05  plan  Marchand  wait  because habit.within (usual 6, late 3)
2026-03-06  hold  Marchand  F002
2026-03-12  plan  Marchand  remind  asks 1 000,00 lists F001 because habit.beyond (usual 6, late 10) and hold.invoice (count 1)
2026-03-12  payment  Marchand  1 000,00 for F001
2026-03-13  plan  Marchand  hold  because hold.invoice (count 1), look again never
