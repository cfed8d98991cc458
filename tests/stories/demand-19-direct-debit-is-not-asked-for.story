company  Fournil, policy standard
policy  trigger day 5
customer  Bonnard, autopay
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Bonnard  1 000,00  due 2026-03-02
2026-03-09  plan  Bonnard  wait  because autopay, look again never
2026-03-09  plan  Marchand  remind  step 1
2026-03-09  autopay  Marchand
2026-03-09  plan  Marchand  wait  because autopay
