company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 200,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 friendly
2026-03-09  sent  Marchand
2026-03-10  instalments  Marchand  3 x 400,00 every month from 2026-03-20 for F001
# It is the next part that is waited for, not the last one.
2026-03-11  plan  Marchand  wait  because promise.running (promised_on 2026-03-20), look again 2026-03-24
2026-03-20  payment  Marchand  400,00 for F001
# A part that is kept leaves the others running.
2026-04-01  plan  Marchand  wait  because promise.running (promised_on 2026-04-20), look again 2026-04-24
2026-04-20  payment  Marchand  400,00 for F001
2026-05-04  plan  Marchand  wait  because promise.running (promised_on 2026-05-20)
2026-05-20  payment  Marchand  400,00 for F001
2026-05-26  plan  Marchand  wait  because ledger.nothing_owed
