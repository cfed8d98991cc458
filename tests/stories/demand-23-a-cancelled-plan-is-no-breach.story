company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 200,00  due 2026-03-02
2026-03-10  instalments  Marchand  3 x 400,00 every fortnight from 2026-03-20
2026-03-16  plan  Marchand  wait    because promise.running (promised_on 2026-03-20)
2026-03-17  plan cancelled  Marchand
2026-03-18  plan  Marchand  remind  step 1 friendly asks 1 200,00
