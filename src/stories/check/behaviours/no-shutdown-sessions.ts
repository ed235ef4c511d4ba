import { serverState, until } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, outcome, refused } from './behaviour.js'
import { both, onServer, portForChecks, quick, without } from './edits.js'
import type { Lab } from './lab.js'
import { marked } from './requirements.js'

export const noShutdownSessions: Behaviour = {
  id: 'no-shutdown-sessions',
  title: 'without on-marked-down shutdown-sessions they survive',
  requirement: marked,
  expected: 'the session still answers after DOWN, new clients are refused',
  haproxy: both(onServer(`port ${portForChecks} ${quick}`), without(/ on-marked-down shutdown-sessions/)),
  ownPort: portForChecks,
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  await lab.closePort()
  const down = await until(() => serverState(lab.haproxy, 'broker1') === 'DOWN', 4000)
  const fresh = await lab.connect('check-new')
  return outcome(
    [down, 'HAProxy marked the server DOWN'],
    [await held.ping(), 'the session still answers'],
    [refused(fresh), `a new client: ${fresh.outcome}`],
  )
}
