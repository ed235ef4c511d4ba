import { type Behaviour, type BehaviourOutcome, ms, outcome } from './behaviour.js'
import { onServer, portForChecks, quick } from './edits.js'
import type { Lab } from './lab.js'
import { marked } from './requirements.js'

export const shutdownSessions: Behaviour = {
  id: 'shutdown-sessions',
  title: 'on-marked-down shutdown-sessions ends healthy sessions when only the check fails',
  requirement: marked,
  expected: 'the session is closed when the check port goes away',
  haproxy: onServer(`port ${portForChecks} ${quick}`),
  ownPort: portForChecks,
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const held = await lab.hold('check-old')
  await lab.closePort()
  const closed = await held.closedWithin(4000)
  return outcome([closed !== undefined, `the session was closed ${ms(closed)}`])
}
