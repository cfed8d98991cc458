"""The worker: what happens without anybody waiting for it: imports, the plan, what was approved."""
