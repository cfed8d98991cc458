company  Fournil, policy standard
policy  trigger day 5
2026-01-12  deposit  Marchand  300,00  "acompte commande"
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 asks 700,00 lists F001
2026-03-10  deposit  Marchand  2 000,00
2026-03-16  plan  Marchand  wait  because ledger.nothing_owed
