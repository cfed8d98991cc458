company  Fournil, policy standard
2026-01-05  invoice F001  Nouveau  1 200,00  due 2026-02-04
2026-02-05  plan  Nouveau  wait  because habit.within (usual 4, late 1), look again 2026-02-22
2026-02-23  plan  Nouveau  remind  step 1 because habit.new (late 19)
