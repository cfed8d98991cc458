company  Fournil, policy standard
policy  trigger day 5
customer  Bonnard, consumer
2024-01-04  invoice F001  Bonnard  100,00  due 2024-02-03
2024-01-04  invoice F002  Marchand  100,00  due 2024-02-03
2025-09-01  invoice F003  Bonnard  60,00  due 2025-10-01
2026-02-03  plan  Bonnard  remind  step 1 asks 160,00 lists F001 F003
# The barred claim is left out, the other goes on.
2026-02-04  plan  Bonnard  remind  step 1 asks 60,00 lists F003
2026-02-04  plan  Marchand  remind  step 1 asks 100,00
# A part payment acknowledges the debt and starts the time anew.
2026-02-05  payment  Marchand  20,00 for F002
2029-03-05  plan  Marchand  remind  step 1 asks 80,00
