import { type Behaviour, type BehaviourOutcome, ms, outcome } from './behaviour.js'
import { both, idle } from './edits.js'
import type { Lab } from './lab.js'
import { manual, silence } from './requirements.js'

export const timeoutTunnel: Behaviour = {
  id: 'timeout-tunnel',
  title: 'timeout tunnel replaces timeout client on an established session',
  requirement: { ...silence, ref: `${manual} 4.2, timeout tunnel` },
  expected: 'a silent client is still there after twice timeout client',
  haproxy: both(idle('700ms'), (text) => text.replace(/^( +timeout connect .*)$/m, '$1\n    timeout tunnel 1h')),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const silent = await lab.hold('check-silent')
  const closed = await silent.closedWithin(1600)
  return outcome(
    [closed === undefined, closed === undefined ? 'still open after 1600 ms of silence' : `closed ${ms(closed)}`],
    [await silent.ping(), 'it answers a PINGREQ'],
  )
}
