company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  do not contact  Marchand
2026-03-09  plan  Marchand  hold  because hold.do_not_contact, look again never
