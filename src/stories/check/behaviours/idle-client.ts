import { wait } from '../../../host/sandbox/lab.js'
import { type Behaviour, type BehaviourOutcome, ms, outcome } from './behaviour.js'
import { idle } from './edits.js'
import type { Lab } from './lab.js'
import { silence } from './requirements.js'

export const idleClient: Behaviour = {
  id: 'idle-client',
  title: 'a client whose keepalive is longer than timeout client is cut off',
  requirement: silence,
  expected: 'a silent client is closed after about 1 s, one that pings stays',
  haproxy: idle('1s'),
  run,
}

async function run(lab: Lab): Promise<BehaviourOutcome> {
  const lively = await lab.hold('check-lively')
  let longest = 0
  // It pings from its first moment on: opening the other one may take longer than HAProxy waits.
  const pinging = (async () => {
    for (let n = 0; n < 6; n++) {
      const begin = performance.now()
      await wait(300)
      longest = Math.max(longest, performance.now() - begin)
      if (!(await lively.ping())) return false
    }
    return true
  })()
  const begin = performance.now()
  const silent = await lab.hold('check-silent')
  // HAProxy's second cannot have passed before that much has passed here, however late we look.
  const closed = (await silent.closedWithin(3000)) === undefined ? undefined : performance.now() - begin
  const stayed = await pinging
  const judged = outcome(
    [closed !== undefined && closed > 900, `the silent client was closed ${ms(closed)}`],
    [stayed, stayed ? 'the client that pings stays' : 'the client that pings was closed too'],
  )
  // A machine that let our own ping wait proves nothing about HAProxy: once more.
  return !stayed && longest > 700 ? run(lab) : judged
}
