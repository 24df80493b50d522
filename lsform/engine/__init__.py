"""Match, diff, plan, guard and execute. Pure but for `snapshot`, which reads, and `executor`, which writes."""
