company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-02  invoice F002  Marchand  500,00  due 2026-03-04
2026-03-09  payment  Marchand  400,00 for F001
# The rest may follow: five days of patience, then the remainder is asked for, not the whole.
2026-03-10  plan  Marchand  wait  because ledger.part_paid (paid_on 2026-03-09), look again 2026-03-14
2026-03-16  plan  Marchand  remind  step 1 asks 1 100,00 lists F001 F002 chases F001 F002
2026-03-16  sent  Marchand
# One of two is paid: the other's reminders go on, from its own count.
2026-03-20  payment  Marchand  600,00 for F001
2026-03-23  plan  Marchand  remind  step 2 firm asks 500,00 lists F002 chases F002
