company  Fournil, policy standard
policy  trigger day 5
contact  Marchand  accountant compta@marchand.test
contact  Marchand  accountant +33 1 23 45 67 89
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  remind  step 1 to compta@marchand.test by email
2026-03-09  bounce  Marchand  compta@marchand.test
2026-03-09  plan  Marchand  remind  step 1 by call because calendar.reached (late 7) and reach.bounced (address compta@marchand.test) and reach.fallback (wanted email, used call)
2026-03-09  sent  Marchand
2026-03-10  contact  Marchand  main direction@marchand.test
2026-03-16  plan  Marchand  remind  step 2 by email to direction@marchand.test
