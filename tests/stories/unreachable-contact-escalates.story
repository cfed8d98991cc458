company  Fournil, policy standard
policy  trigger day 5
customer  Marchand, no contact
2026-02-02  invoice F001  Marchand  1 000,00  due 2026-03-02
2026-03-09  plan  Marchand  escalate  because calendar.reached (late 7) and reach.missing (channel email), look again never
2026-03-10  contact  Marchand  main compta@marchand.test
2026-03-10  plan  Marchand  remind  step 1 to compta@marchand.test by email
