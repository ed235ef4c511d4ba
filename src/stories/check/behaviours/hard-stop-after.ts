import { type Behaviour, type BehaviourOutcome, ms, outcome } from './behaviour.js'
import { inGlobal } from './edits.js'
import type { Lab } from './lab.js'
import { alive, manual } from './requirements.js'

export const hardStopAfter: Behaviour = {
  id: 'hard-stop-after',
  title: 'hard-stop-after cuts sessions that outlive a reload',
  requirement: { ...alive, ref: `${manual} 3.1, hard-stop-after` },
  expected: 'the old session is closed about one second after the reload',
  master: true,
  haproxy: inGlobal('hard-stop-after 1s'),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  await lab.haproxy.reload()
  const closed = await held.closedWithin(4000)
  return outcome([closed !== undefined && closed > 500, `the old session was closed ${ms(closed)}`])
}
