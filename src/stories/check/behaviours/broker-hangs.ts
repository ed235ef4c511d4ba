import { freeze, serverState } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, ms, outcome } from './behaviour.js'
import { onServer, quick } from './edits.js'
import type { Lab } from './lab.js'
import { failing } from './requirements.js'

export const brokerHangs: Behaviour = {
  id: 'broker-hangs',
  title: 'a broker that hangs is not seen by a plain check: the server stays UP, clients get no CONNACK',
  requirement: failing,
  expected: 'no DOWN in the log, a new client gets no CONNACK, the old session stays open',
  needsProcess: true,
  haproxy: onServer(quick),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  const thaw = freeze(lab.broker)
  try {
    const closed = await held.closedWithin(1200)
    const during = await lab.connect('check-during', 800)
    return outcome(
      [serverState(lab.haproxy, 'broker1') === 'UP', 'the server stays UP'],
      [during.outcome === 'timeout', `a client meanwhile: ${during.outcome}`],
      [
        closed === undefined,
        closed === undefined ? 'the old session stays open' : `the old session was closed ${ms(closed)}`,
      ],
    )
  } finally {
    thaw?.()
  }
}
