import { serverState, until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, ms, outcome, refused } from './behaviour.js'
import { onServer, quick } from './edits.js'
import type { Lab } from './lab.js'
import { failing } from './requirements.js'

export const brokerStops: Behaviour = {
  id: 'broker-stops',
  title: 'a broker that ends takes its clients along; new ones come in when it is back',
  requirement: failing,
  expected: 'the session is closed at once, new clients are refused, and accepted again when the broker is back',
  haproxy: onServer(quick),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  await lab.broker.stop()
  const closed = await held.closedWithin(2000)
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 3000)
  const during = await lab.connect('check-during')
  const again = await lab.restartBroker()
  try {
    const back = await lab.accepted('check-back', 4000)
    return outcome(
      [closed !== undefined, `the session was closed ${ms(closed)}`],
      [down, 'HAProxy marked the server DOWN'],
      [refused(during), `a client meanwhile: ${during.outcome}`],
      [back !== undefined, `accepted ${ms(back)} when the broker was back`],
    )
  } finally {
    await again.stop()
  }
}
