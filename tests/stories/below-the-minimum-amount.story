company  Fournil, policy standard
policy  trigger day 5, minimum 50,00
2026-02-02  invoice F001  Marchand  49,99  due 2026-03-02
2026-02-16  invoice F002  Marchand  30,00  due 2026-03-16
2026-03-09  plan  Marchand  wait  because amount.below_minimum (amount 49,99, minimum 50,00), look again 2026-03-17
# Together they are worth a message.
2026-03-17  plan  Marchand  remind  step 1 asks 79,99 lists F001 F002
