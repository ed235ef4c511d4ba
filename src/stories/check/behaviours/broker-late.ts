import { serverState, until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, ms, outcome, refused } from './behaviour.js'
import { onServer, quick } from './edits.js'
import type { Lab } from './lab.js'
import { failing } from './requirements.js'

export const brokerLate: Behaviour = {
  id: 'broker-late',
  title: 'a broker that starts after HAProxy is found by the health check',
  requirement: failing,
  expected: 'clients are closed while the server is down, and accepted soon after the broker listens',
  haproxy: onServer(quick),
  brokerLater: true,
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
  const early = await lab.connect('check-early')
  const broker = await lab.restartBroker()
  try {
    const took = await lab.accepted('check-late', 4000)
    return outcome(
      [down, 'HAProxy marked the server DOWN'],
      [refused(early), `a client before the broker: ${early.outcome}`],
      [took !== undefined, `accepted ${ms(took)} when the broker listened`],
    )
  } finally {
    await broker.stop()
  }
}
