import { serverState, wait } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, outcome } from './behaviour.js'
import { both, onServer, quick, without } from './edits.js'
import type { Lab } from './lab.js'
import { health } from './requirements.js'
import { severalChecksMs } from './servers-up.js'

export const checkPlain: Behaviour = {
  id: 'check-plain',
  title: 'a plain check sees no header mismatch: UP, and every client is refused',
  requirement: health,
  expected: 'no DOWN in the log, no CONNACK for clients',
  haproxy: both(onServer(quick), without(/ send-proxy-v2/)),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  await wait(severalChecksMs)
  const seen = await lab.connect('check-client')
  return outcome(
    [serverState(lab.haproxy, 'broker1') === 'UP', 'the server is UP'],
    [seen.outcome !== 'accepted' && seen.connack === undefined, `a client: ${seen.outcome}`],
  )
}
