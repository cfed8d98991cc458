company  Fournil, policy standard
policy  trigger day 5, quiet 08-01 to 08-24, quiet 12-20 to 01-04
2026-06-29  invoice F001  Marchand  1 000,00  due 2026-07-29
2026-07-31  plan  Marchand  wait  because calendar.not_reached
2026-08-05  plan  Marchand  wait  because quiet.period (until 2026-08-24), look again 2026-08-24
2026-08-24  plan  Marchand  remind  step 1
2026-08-24  payment  Marchand  1 000,00
2026-11-16  invoice F002  Marchand  700,00  due 2026-12-16
2026-12-22  plan  Marchand  wait  because quiet.period (until 2027-01-04)
2027-01-04  plan  Marchand  remind  step 1
