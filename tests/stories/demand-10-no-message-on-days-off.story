# Off hours are the sender's affair: a plan knows days. Each customer has its own country's.
company  Fournil, policy standard
policy  trigger day 5
customer  Braun, from DE
2025-09-01  invoice F001  Braun  400,00  due 2025-09-26
2025-09-01  invoice F002  Marchand  400,00  due 2025-09-26
2025-10-03  plan  Braun  wait  because day.off (next_on 2025-10-06), look again 2025-10-06
2025-10-03  plan  Marchand  remind  step 1
2025-10-04  plan  Marchand  wait  because day.off (next_on 2025-10-06)
2025-10-05  plan  Marchand  wait  because day.off
2025-10-06  plan  Marchand  remind  step 1
2025-10-06  plan  Braun  remind  step 1
2025-10-06  payment  Marchand  400,00
2026-03-02  invoice F003  Marchand  1 000,00  due 2026-04-01
# Easter Monday
2026-04-06  plan  Marchand  wait  because day.off (next_on 2026-04-07), look again 2026-04-07
2026-04-07  plan  Marchand  remind  step 1
