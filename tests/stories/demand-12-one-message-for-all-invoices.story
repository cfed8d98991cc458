company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-02-03  invoice F002  Marchand  200,00  due 2026-03-03
2026-02-04  invoice F003  Marchand  30,00  due 2026-03-04
2026-02-13  invoice F004  Marchand  4,00  due 2026-03-20
# Late but below its own trigger is listed too; what is not due yet is not.
2026-02-13  invoice F005  Marchand  500,00  due 2026-03-06
2026-03-09  plan  Marchand  remind  step 1 asks 1 730,00 lists F001 F002 F003 F005 chases F001 F002 F003, spares 1
