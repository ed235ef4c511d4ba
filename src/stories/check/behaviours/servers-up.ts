import { serverState, until, wait } from '../../../host/sandbox/lab.js'
import { type BehaviourOutcome, outcome } from './behaviour.js'
import type { Lab } from './lab.js'

/** Long enough for several health checks. */
export const severalChecksMs = 700

/** The check finds the server good, and clients come through. */
export async function serversUp(lab: Lab): Promise<BehaviourOutcome> {
  await wait(severalChecksMs)
  let state = ''
  let client = ''
  // One check that a busy broker answers late is no verdict: a server that is found good comes back at the next.
  await until(async () => {
    state = serverState(lab.haproxy, 'broker1')
    client = (await lab.connect('check-client')).outcome
    return state === 'UP' && client === 'accepted'
  }, 2000)
  return outcome([state === 'UP', `the server is ${state}`], [client === 'accepted', `a client: ${client}`])
}
