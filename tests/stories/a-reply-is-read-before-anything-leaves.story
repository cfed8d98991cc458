company  Fournil, policy standard
policy  trigger day 5
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  sent  Marchand
2026-03-11  reply  Marchand
2026-03-16  plan  Marchand  hold  because reply.unread (received_on 2026-03-11), look again never
2026-03-16  read  Marchand
2026-03-16  plan  Marchand  remind  step 2
